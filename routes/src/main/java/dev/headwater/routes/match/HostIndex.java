package dev.headwater.routes.match;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Host patterns to their routes. An exact name costs one hash look-up, a wildcard one walk over the
 * host from its end; a table without host patterns asks neither. Which less specific pattern covers
 * a pattern is known when the index is built.
 */
final class HostIndex {
  private static final String ANY = "*";
  private static final String WILDCARD = "*.";

  private final Map<String, PathIndex> exact;
  private final @Nullable RegionMap<PathIndex> wildcards;
  private final @Nullable PathIndex any;

  private HostIndex(
      Map<String, PathIndex> exact,
      @Nullable RegionMap<PathIndex> wildcards,
      @Nullable PathIndex any) {
    this.exact = exact;
    this.wildcards = wildcards;
    this.any = any;
  }

  static HostIndex of(List<Candidate> candidates) {
    Map<String, List<Candidate>> byPattern = new HashMap<>();
    for (Candidate candidate : candidates) {
      List<String> hosts = candidate.route().match().hosts();
      for (String host : hosts.isEmpty() ? List.of(ANY) : hosts.stream().distinct().toList()) {
        byPattern.computeIfAbsent(host, key -> new ArrayList<>()).add(candidate);
      }
    }
    return of(byPattern);
  }

  private static HostIndex of(Map<String, List<Candidate>> byPattern) {
    List<Candidate> forAny = byPattern.remove(ANY);
    PathIndex any = forAny == null ? null : PathIndex.of(forAny, null);
    List<String> widestFirst = new ArrayList<>(byPattern.keySet());
    widestFirst.sort(Comparator.comparing(HostIndex::isExact).thenComparing(String::length));
    Map<String, PathIndex> exact = new HashMap<>();
    Map<String, PathIndex> suffixes = new HashMap<>();
    RegionMap.Builder<PathIndex> wildcards = new RegionMap.Builder<>();
    for (String pattern : widestFirst) {
      String name = isExact(pattern) ? pattern : pattern.substring(WILDCARD.length());
      PathIndex wider = covering(name, suffixes, any);
      PathIndex paths = PathIndex.of(byPattern.getOrDefault(pattern, List.of()), wider);
      if (isExact(pattern)) {
        exact.put(name, paths);
      } else {
        suffixes.put(name, paths);
        wildcards.put(hash(name), name, paths);
      }
    }
    return new HostIndex(exact, suffixes.isEmpty() ? null : wildcards.build(), any);
  }

  static boolean isExact(String pattern) {
    return !pattern.startsWith("*");
  }

  private static @Nullable PathIndex covering(
      String name, Map<String, PathIndex> suffixes, @Nullable PathIndex any) {
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      PathIndex wider = suffixes.get(name.substring(dot + 1));
      if (wider != null) {
        return wider;
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

  /** A wildcard stands for one label or more, so the dot before its suffix is never the first. */
  private static @Nullable PathIndex longestWildcard(RegionMap<PathIndex> wildcards, String host) {
    PathIndex found = null;
    int hash = 0;
    for (int i = host.length() - 1; i > 0; i--) {
      char c = host.charAt(i);
      if (c == '.') {
        PathIndex longer = wildcards.get(hash, host, i + 1, host.length());
        found = longer == null ? found : longer;
      }
      hash = RegionMap.fold(hash, c);
    }
    return found;
  }
}
