package dev.headwater.routes.kubernetes;

import dev.headwater.routes.PathMatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who has which host and path. The first to ask gets it, so the oldest has to ask first. An exact
 * path and a prefix of the same text are two.
 */
final class Claims {
  private static final PathMatch ROOT = new PathMatch.Prefix("/");

  private final Map<Place, ObjectName> owners = new HashMap<>();
  private final Set<String> hosts = new TreeSet<>();

  /**
   * A host and a path. The closing slash of a prefix says nothing; that of a regular expression
   * does, unless it is all of it.
   */
  private record Place(String host, boolean exact, String path) {
    static Place of(String host, PathMatch path) {
      String text = path.template();
      boolean isWhole = path instanceof PathMatch.Regex ? text.length() > 1 : !text.endsWith("/");
      boolean exact = path instanceof PathMatch.Exact;
      return new Place(host, exact, exact || isWhole ? text : text.substring(0, text.length() - 1));
    }
  }

  /** Who has it, or null where nobody does. */
  @Nullable ObjectName owner(String host, PathMatch path) {
    return owners.get(Place.of(host, path));
  }

  /** Gives it to somebody, unless another has it. */
  void claim(String host, PathMatch path, ObjectName claimant) {
    hosts.add(host);
    owners.putIfAbsent(Place.of(host, path), claimant);
  }

  /** Whether anybody claimed anything of a host. */
  boolean isKnown(String host) {
    return hosts.contains(host);
  }

  /**
   * Hosts of which some requests are nobody's, and would go on to routes of a wider pattern: what
   * one namespace leaves open of its host, another would get.
   */
  List<String> leaking() {
    List<String> leaking = new ArrayList<>();
    for (String host : hosts) {
      String wildcard = IngressHost.wildcardOver(host);
      boolean isCovered =
          !host.equals(IngressHost.ANY)
              && (hosts.contains(IngressHost.ANY)
                  || (wildcard != null && hosts.contains(wildcard)));
      if (isCovered && !owners.containsKey(Place.of(host, ROOT))) {
        leaking.add(host);
      }
    }
    return leaking;
  }
}
