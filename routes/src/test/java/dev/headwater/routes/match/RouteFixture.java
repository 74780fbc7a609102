package dev.headwater.routes.match;

import com.google.re2j.Pattern;
import dev.headwater.routes.FieldMatch;
import dev.headwater.routes.PathMatch;
import dev.headwater.routes.RetryPolicy;
import dev.headwater.routes.Route;
import dev.headwater.routes.RouteLimits;
import dev.headwater.routes.RouteMatch;
import dev.headwater.routes.Timeouts;
import dev.headwater.routes.ValueMatch;
import java.util.List;
import java.util.Set;

/** Routes of which only the match matters. */
final class RouteFixture {
  private RouteFixture() {}

  static Route route(String name, RouteMatch match) {
    return new Route(
        name,
        match,
        List.of(),
        null,
        List.of(new Route.WeightedUpstream("up", 1)),
        Timeouts.DEFAULT,
        RetryPolicy.DEFAULT,
        null,
        null,
        RouteLimits.NONE);
  }

  static Route route(String name, PathMatch path, String... hosts) {
    return route(name, new RouteMatch(List.of(hosts), path, Set.of(), List.of(), List.of()));
  }

  static Route conditioned(
      String name, Set<String> methods, List<FieldMatch> headers, List<FieldMatch> query) {
    return route(name, new RouteMatch(List.of(), prefix("/"), methods, headers, query));
  }

  static PathMatch exact(String path) {
    return new PathMatch.Exact(path);
  }

  static PathMatch prefix(String path) {
    return new PathMatch.Prefix(path);
  }

  static PathMatch regex(String pattern) {
    return new PathMatch.Regex(Pattern.compile(pattern));
  }

  static FieldMatch equal(String name, String value) {
    return new FieldMatch(name, new ValueMatch.Exact(value));
  }

  static FieldMatch present(String name) {
    return new FieldMatch(name, new ValueMatch.Present());
  }
}
