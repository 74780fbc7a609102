package dev.headwater.routes.match;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import dev.headwater.routes.FieldMatch;
import dev.headwater.routes.PathMatch;
import dev.headwater.routes.Route;
import dev.headwater.routes.RouteMatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** The index against a plain search that ranks every route, over small generated worlds. */
class GeneratedRouteTableTest {
  private static final List<String> HOSTS =
      List.of("a.test", "b.a.test", "c.b.a.test", "test", "x.test", "atest", "");
  private static final List<String> PATTERNS =
      List.of("a.test", "b.a.test", "*.a.test", "*.test", "*.b.a.test", "x.test");
  private static final List<RouteMatch.Wildcard> WILDCARDS = List.of(RouteMatch.Wildcard.values());
  private static final List<String> PATHS =
      List.of("/", "/a", "/a/", "/a/b", "/ab", "/a/b/c", "/c", "/a/bc");
  private static final List<String> REGEXES = List.of("/a.*", "/[bc]", ".*/c");

  @RepeatedTest(300)
  void find_agreesWithPlainSearch(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    List<Route> routes = new ArrayList<>();
    int size = random.nextInt(14);
    for (int i = 0; i < size; i++) {
      routes.add(RouteFixture.route("r" + i, match(random)));
    }
    RouteTable table = RouteTable.of(routes);
    assertThat(table.routes()).containsExactlyInAnyOrderElementsOf(routes);
    for (int i = 0; i < 100; i++) {
      RouteQuery request = request(random);
      assertThat(table.find(request))
          .as("%s in %s", request, routes)
          .isSameAs(plain(routes, request));
    }
  }

  private static RouteMatch match(Random random) {
    List<String> hosts = some(random, PATTERNS, 3);
    String path = pick(random, PATHS);
    PathMatch pathMatch =
        switch (random.nextInt(4)) {
          case 0 -> new PathMatch.Exact(path);
          case 1 -> new PathMatch.Regex(Pattern.compile(pick(random, REGEXES)));
          default -> new PathMatch.Prefix(path);
        };
    Set<String> methods = random.nextInt(3) == 0 ? Set.of("PUT") : Set.of();
    return new RouteMatch(
        hosts, pathMatch, methods, fields(random), fields(random), pick(random, WILDCARDS));
  }

  private static List<FieldMatch> fields(Random random) {
    List<FieldMatch> fields = new ArrayList<>();
    for (String name :
        random.nextInt(3) == 0 ? some(random, List.of("p", "q"), 2) : List.<String>of()) {
      fields.add(random.nextBoolean() ? RouteFixture.present(name) : RouteFixture.equal(name, "1"));
    }
    return fields;
  }

  private static RouteQuery request(Random random) {
    Map<String, String> headers = new HashMap<>();
    StringBuilder query = new StringBuilder();
    for (String name : List.of("p", "q")) {
      if (random.nextBoolean()) {
        headers.put(name, String.valueOf(random.nextInt(2)));
      }
      if (random.nextBoolean()) {
        query.append('&').append(name).append('=').append(random.nextInt(2));
      }
    }
    String method = random.nextBoolean() ? "GET" : "PUT";
    return new ScriptedRequest(
        method, pick(random, HOSTS), pick(random, PATHS), query.toString(), headers);
  }

  private static @Nullable Route plain(List<Route> routes, RouteQuery request) {
    Route best = null;
    for (Route route : routes) {
      if (hostRank(route, request.host()) != Integer.MAX_VALUE
          && takes(route.match(), request)
          && (best == null || isBefore(route, best, request))) {
        best = route;
      }
    }
    return best;
  }

  private static boolean isBefore(Route a, Route b, RouteQuery request) {
    int[] left = rank(a, request);
    int[] right = rank(b, request);
    for (int i = 0; i < left.length; i++) {
      if (left[i] != right[i]) {
        return left[i] < right[i];
      }
    }
    return false;
  }

  private static int[] rank(Route route, RouteQuery request) {
    RouteMatch match = route.match();
    int path =
        match.path() instanceof PathMatch.Exact
            ? -1000
            : match.path() instanceof PathMatch.Regex
                ? -999
                : -bare(match.path().template()).length();
    return new int[] {
      hostRank(route, request.host()),
      path,
      match.methods().isEmpty() ? 1 : 0,
      -match.headers().size(),
      -match.query().size()
    };
  }

  private static int hostRank(Route route, String host) {
    int best = route.match().hosts().isEmpty() ? 0 : Integer.MAX_VALUE;
    boolean oneLabel = route.match().wildcard() == RouteMatch.Wildcard.ONE_LABEL;
    for (String pattern : route.match().hosts()) {
      boolean covers =
          pattern.startsWith("*.") ? covers(pattern, host, oneLabel) : pattern.equals(host);
      if (covers) {
        int ofWildcard = -2 * pattern.length() - (oneLabel ? 1 : 0);
        best = Math.min(best, pattern.startsWith("*") ? ofWildcard : -1000);
      }
    }
    return best;
  }

  private static boolean covers(String pattern, String host, boolean oneLabel) {
    String suffix = pattern.substring(1);
    return host.endsWith(suffix)
        && host.length() > suffix.length()
        && !(oneLabel && host.lastIndexOf('.', host.length() - suffix.length() - 1) >= 0);
  }

  private static boolean takes(RouteMatch match, RouteQuery request) {
    PathMatch path = match.path();
    boolean samePath =
        path instanceof PathMatch.Exact exact
            ? exact.path().equals(request.path())
            : path instanceof PathMatch.Regex regex
                ? regex.pattern().matches(request.path())
                : (request.path() + "/").startsWith(bare(path.template()) + "/");
    return samePath
        && (match.methods().isEmpty() || match.methods().contains(request.method()))
        && match.headers().stream().allMatch(f -> f.value().accepts(request.header(f.name())))
        && match.query().stream()
            .allMatch(f -> f.value().accepts(QueryParameters.first(request.query(), f.name())));
  }

  private static String bare(String prefix) {
    return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
  }

  private static <T> T pick(Random random, List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private static List<String> some(Random random, List<String> from, int most) {
    List<String> picked = new ArrayList<>();
    int size = random.nextInt(most + 1);
    for (int i = 0; i < size; i++) {
      String one = pick(random, from);
      if (!picked.contains(one)) {
        picked.add(one);
      }
    }
    return picked;
  }
}
