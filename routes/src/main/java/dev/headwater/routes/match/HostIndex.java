package dev.headwater.routes.match;

import dev.headwater.routes.RouteMatch;
import dev.headwater.routes.RouteMatch.Wildcard;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Host patterns to their routes. An exact name costs one hash look-up, a wildcard one walk over the
 * host from its end; a table without host patterns asks neither. Which less specific pattern covers
 * a pattern is known when the index is built: behind an exact name stands the longest wildcard that
 * covers it, behind a wildcard of one label the one of any depth that is written the same, then the
 * next shorter one.
 */
final class HostIndex {
  private static final String ANY = "*";
  private static final String WILDCARD = "*.";

  private final Map<String, PathIndex> exact;
  private final @Nullable RegionMap<Below> wildcards;
  private final @Nullable PathIndex any;

  private HostIndex(
      Map<String, PathIndex> exact, @Nullable RegionMap<Below> wildcards, @Nullable PathIndex any) {
    this.exact = exact;
    this.wildcards = wildcards;
    this.any = any;
  }

  /** A pattern of hosts; the wildcard matters only where there is one. */
  private record Pattern(String host, Wildcard wildcard) {
    static Pattern of(String host, RouteMatch match) {
      return new Pattern(host, host.startsWith(WILDCARD) ? match.wildcard() : Wildcard.ANY_DEPTH);
    }

    boolean isOneLabel() {
      return wildcard == Wildcard.ONE_LABEL;
    }
  }

  /** The routes of the names below one: any of them, and those with one label more. */
  private record Below(@Nullable PathIndex anyDepth, @Nullable PathIndex oneLabel) {}

  static HostIndex of(List<Candidate> candidates) {
    Map<Pattern, List<Candidate>> byPattern = new HashMap<>();
    for (Candidate candidate : candidates) {
      RouteMatch match = candidate.route().match();
      List<String> hosts = match.hosts();
      for (String host : hosts.isEmpty() ? List.of(ANY) : hosts.stream().distinct().toList()) {
        byPattern.computeIfAbsent(Pattern.of(host, match), key -> new ArrayList<>()).add(candidate);
      }
    }
    return of(byPattern);
  }

  private static HostIndex of(Map<Pattern, List<Candidate>> byPattern) {
    List<Candidate> forAny = byPattern.remove(new Pattern(ANY, Wildcard.ANY_DEPTH));
    PathIndex any = forAny == null ? null : PathIndex.of(forAny, null);
    List<Pattern> widestFirst = new ArrayList<>(byPattern.keySet());
    widestFirst.sort(
        Comparator.comparing((Pattern pattern) -> isExact(pattern.host))
            .thenComparing(pattern -> pattern.host.length())
            .thenComparing(Pattern::wildcard));
    Map<String, PathIndex> exact = new HashMap<>();
    Map<String, Below> suffixes = new HashMap<>();
    for (Pattern pattern : widestFirst) {
      List<Candidate> candidates = byPattern.getOrDefault(pattern, List.of());
      if (isExact(pattern.host)) {
        exact.put(pattern.host, PathIndex.of(candidates, covering(pattern.host, suffixes, any)));
        continue;
      }
      String name = pattern.host.substring(WILDCARD.length());
      Below same = suffixes.get(name);
      PathIndex anyDepth = same == null ? null : same.anyDepth;
      PathIndex wider = anyDepth == null ? shorter(name, suffixes, any) : anyDepth;
      PathIndex paths = PathIndex.of(candidates, wider);
      suffixes.put(
          name, pattern.isOneLabel() ? new Below(anyDepth, paths) : new Below(paths, null));
    }
    RegionMap.Builder<Below> wildcards = new RegionMap.Builder<>();
    suffixes.forEach((name, below) -> wildcards.put(hash(name), name, below));
    return new HostIndex(exact, suffixes.isEmpty() ? null : wildcards.build(), any);
  }

  static boolean isExact(String pattern) {
    return !pattern.startsWith("*");
  }

  /** What covers a name: a wildcard of one label only right behind its first. */
  private static @Nullable PathIndex covering(
      String name, Map<String, Below> suffixes, @Nullable PathIndex any) {
    Below nearest = suffixes.get(name.substring(name.indexOf('.') + 1));
    PathIndex oneLabel = nearest == null || name.indexOf('.') < 0 ? null : nearest.oneLabel;
    return oneLabel == null ? shorter(name, suffixes, any) : oneLabel;
  }

  /** The longest wildcard of any depth that covers a name, or all names below it. */
  private static @Nullable PathIndex shorter(
      String name, Map<String, Below> suffixes, @Nullable PathIndex any) {
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      Below wider = suffixes.get(name.substring(dot + 1));
      if (wider != null && wider.anyDepth != null) {
        return wider.anyDepth;
      }
    }
    return any;
  }

  private static int hash(String suffix) {
    int hash = 0;
    for (int i = suffix.length() - 1; i >= 0; i--) {
      hash = RegionMap.fold(hash, suffix.charAt(i));
    }
    return hash;
  }

  /** The routes of the most specific pattern that covers a host, or null. */
  @Nullable PathIndex mostSpecific(String host) {
    PathIndex found = exact.isEmpty() ? null : exact.get(host);
    if (found == null && wildcards != null) {
      found = longestWildcard(wildcards, host);
    }
    return found == null ? any : found;
  }

  /**
   * A wildcard stands for a label at least, so the dot before its suffix is never the first
   * character; one of a single label counts only where no other dot stands before that.
   */
  private static @Nullable PathIndex longestWildcard(RegionMap<Below> wildcards, String host) {
    PathIndex found = null;
    int hash = 0;
    for (int i = host.length() - 1; i > 0; i--) {
      char c = host.charAt(i);
      if (c == '.') {
        Below below = wildcards.get(hash, host, i + 1, host.length());
        PathIndex longer = below == null ? null : of(below, host.lastIndexOf('.', i - 1) < 0);
        found = longer == null ? found : longer;
      }
      hash = RegionMap.fold(hash, c);
    }
    return found;
  }

  private static @Nullable PathIndex of(Below below, boolean isOneLabel) {
    return isOneLabel && below.oneLabel != null ? below.oneLabel : below.anyDepth;
  }
}
