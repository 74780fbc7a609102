package dev.headwater.routes.match;

import dev.headwater.routes.Route;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Prefixes by whole path elements. One walk over the path, no further than the longest prefix,
 * finds the longest that covers it; each prefix knows the next shorter one that covers it too, so
 * falling through costs one step. The empty prefix stands for {@code /} and covers every path.
 */
final class PrefixIndex {
  private final RegionMap<Prefix> prefixes;
  private final @Nullable Prefix root;
  private final int longest;

  private PrefixIndex(RegionMap<Prefix> prefixes, @Nullable Prefix root, int longest) {
    this.prefixes = prefixes;
    this.root = root;
    this.longest = longest;
  }

  /** A prefix as written without its closing slash, which says nothing about elements. */
  static String elements(String prefix) {
    return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
  }

  static PrefixIndex of(Map<String, List<Candidate>> byElements) {
    List<String> shortestFirst = new ArrayList<>(byElements.keySet());
    shortestFirst.sort(Comparator.comparingInt(String::length));
    Map<String, Prefix> built = new HashMap<>();
    RegionMap.Builder<Prefix> index = new RegionMap.Builder<>();
    int longest = 0;
    for (String elements : shortestFirst) {
      Candidate[] candidates = Candidate.ordered(byElements.getOrDefault(elements, List.of()));
      Prefix prefix = new Prefix(candidates, covering(elements, built));
      built.put(elements, prefix);
      if (!elements.isEmpty()) {
        index.put(hash(elements), elements, prefix);
      }
      longest = Math.max(longest, elements.length());
    }
    return new PrefixIndex(index.build(), built.get(""), longest);
  }

  private static @Nullable Prefix covering(String elements, Map<String, Prefix> shorter) {
    for (int slash = elements.lastIndexOf('/');
        slash >= 0;
        slash = elements.lastIndexOf('/', slash - 1)) {
      Prefix prefix = shorter.get(elements.substring(0, slash));
      if (prefix != null) {
        return prefix;
      }
    }
    return null;
  }

  private static int hash(String elements) {
    int hash = 0;
    for (int i = 0; i < elements.length(); i++) {
      hash = RegionMap.fold(hash, elements.charAt(i));
    }
    return hash;
  }

  @Nullable Route find(String path, RouteQuery request) {
    for (Prefix at = longestCovering(path); at != null; at = at.shorter) {
      Route found = Candidate.first(at.candidates, request);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private @Nullable Prefix longestCovering(String path) {
    Prefix found = root;
    int end = Math.min(path.length(), longest);
    int hash = 0;
    for (int i = 0; i < end; ) {
      hash = RegionMap.fold(hash, path.charAt(i++));
      if (i == path.length() || path.charAt(i) == '/') {
        Prefix prefix = prefixes.get(hash, path, 0, i);
        found = prefix == null ? found : prefix;
      }
    }
    return found;
  }

  private static final class Prefix {
    private final Candidate[] candidates;
    private final @Nullable Prefix shorter;

    Prefix(Candidate[] candidates, @Nullable Prefix shorter) {
      this.candidates = candidates;
      this.shorter = shorter;
    }
  }
}
