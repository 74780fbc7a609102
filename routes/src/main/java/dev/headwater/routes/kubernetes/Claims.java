package dev.headwater.routes.kubernetes;

import dev.headwater.routes.PathMatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who has which host and path. The first to ask gets it, so the oldest has to ask first. An exact
 * path and a prefix of the same text are two.
 */
final class Claims {
  private final Map<Place, Holding> owners = new HashMap<>();
  private final Map<Place, CanaryShare> canaries = new HashMap<>();
  private final Set<String> hosts = new TreeSet<>();
  private final Map<String, String> aliases = new TreeMap<>();
  private final Map<String, List<String>> names = new HashMap<>();
  private final Set<String> aliased = new HashSet<>();
  private final Set<String> rooted = new HashSet<>();
  private final Set<String> others = new HashSet<>();

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

  /**
   * What somebody has.
   *
   * @param upstream where its requests go
   */
  record Holding(ObjectName owner, String upstream) {}

  /** Who has it, or null where nobody does. */
  @Nullable ObjectName owner(String host, PathMatch path) {
    Holding holding = holding(host, path);
    return holding == null ? null : holding.owner;
  }

  /** Who has it, and where its requests go; or null where nobody does. */
  @Nullable Holding holding(String host, PathMatch path) {
    return owners.get(Place.of(host, path));
  }

  /** Gives it to somebody, unless another has it. */
  void claim(String host, PathMatch path, Holding holding) {
    hosts.add(host);
    owners.putIfAbsent(Place.of(host, path), holding);
  }

  /** Who takes a share of its requests, or null where nobody does. */
  @Nullable CanaryShare canary(String host, PathMatch path) {
    return canaries.get(Place.of(host, path));
  }

  /** Gives a share of its requests to somebody, unless another has it. */
  void claimShare(String host, PathMatch path, CanaryShare share) {
    canaries.putIfAbsent(Place.of(host, path), share);
  }

  /** Whether anybody claimed anything of a host, be it as another name. */
  boolean isKnown(String host) {
    return hosts.contains(host) || aliases.containsKey(host) || others.contains(host);
  }

  /** Gives the right to name the aliases of a host, to the first who asks. */
  boolean claimAliases(String host) {
    return aliased.add(host);
  }

  /** Makes a name stand for a host, unless it has paths of its own or stands for another. */
  boolean claimAlias(String alias, String host) {
    if (hosts.contains(alias) || aliases.putIfAbsent(alias, host) != null) {
      return false;
    }
    names.computeIfAbsent(host, key -> new ArrayList<>(List.of(key))).add(alias);
    return true;
  }

  /** A host and the names that stand for it. */
  List<String> names(String host) {
    return names.getOrDefault(host, List.of(host));
  }

  /** Gives the right to say where the root of a host leads, to the first who asks. */
  boolean claimRoot(String host) {
    return rooted.add(host);
  }

  /** Gives a name that nobody serves, to the first who asks. */
  boolean claimOther(String name) {
    return !hosts.contains(name) && !aliases.containsKey(name) && others.add(name);
  }

  /**
   * Hosts of which some requests are nobody's, and would go on to routes of a wider pattern: what
   * one namespace leaves open of its host, another would get.
   */
  List<String> leaking() {
    List<String> leaking = new ArrayList<>();
    Set<String> named = new TreeSet<>(hosts);
    named.addAll(aliases.keySet());
    for (String host : named) {
      String wildcard = IngressHost.wildcardOver(host);
      boolean isCovered =
          !host.equals(IngressHost.ANY)
              && (hosts.contains(IngressHost.ANY)
                  || (wildcard != null && hosts.contains(wildcard)));
      if (isCovered
          && !owners.containsKey(Place.of(aliases.getOrDefault(host, host), RouteBasics.ROOT))) {
        leaking.add(host);
      }
    }
    return leaking;
  }
}
