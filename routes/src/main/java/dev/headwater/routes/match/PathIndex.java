package dev.headwater.routes.match;

import dev.headwater.routes.PathMatch;
import dev.headwater.routes.Route;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one host pattern by path: exact, then regular expressions, then prefixes, longest
 * first. A request that none of them takes goes on to {@link #wider()}.
 */
final class PathIndex {
  private final Map<String, Candidate[]> exact;
  private final Candidate[] regexes;
  private final PrefixIndex prefixes;
  private final @Nullable PathIndex wider;

  private PathIndex(
      Map<String, Candidate[]> exact,
      Candidate[] regexes,
      PrefixIndex prefixes,
      @Nullable PathIndex wider) {
    this.exact = exact;
    this.regexes = regexes;
    this.prefixes = prefixes;
    this.wider = wider;
  }

  static PathIndex of(List<Candidate> candidates, @Nullable PathIndex wider) {
    Map<String, List<Candidate>> exact = new HashMap<>();
    Map<String, List<Candidate>> prefixes = new HashMap<>();
    List<Candidate> regexes = new ArrayList<>();
    for (Candidate candidate : candidates) {
      PathMatch path = candidate.route().match().path();
      if (path instanceof PathMatch.Exact e) {
        exact.computeIfAbsent(e.path(), key -> new ArrayList<>()).add(candidate);
      } else if (path instanceof PathMatch.Prefix p) {
        prefixes
            .computeIfAbsent(PrefixIndex.elements(p.path()), key -> new ArrayList<>())
            .add(candidate);
      } else {
        regexes.add(candidate);
      }
    }
    Map<String, Candidate[]> ordered = new HashMap<>();
    exact.forEach((path, group) -> ordered.put(path, Candidate.ordered(group)));
    return new PathIndex(ordered, Candidate.ordered(regexes), PrefixIndex.of(prefixes), wider);
  }

  /** The routes of the next less specific host pattern that covers this one, or null. */
  @Nullable PathIndex wider() {
    return wider;
  }

  @Nullable Route find(RouteQuery request) {
    String path = request.path();
    Candidate[] same = exact.isEmpty() ? null : exact.get(path);
    Route found = same == null ? null : Candidate.first(same, request);
    if (found == null && regexes.length > 0) {
      found = Candidate.first(regexes, request);
    }
    return found == null ? prefixes.find(path, request) : found;
  }
}
