package dev.headwater.routes.match;

import dev.headwater.routes.FieldMatch;
import dev.headwater.routes.PathMatch;
import dev.headwater.routes.Route;
import dev.headwater.routes.RouteMatch;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A route that host and path already lead to, with what is left to ask of a request. Asking
 * allocates nothing unless the route has a regular expression or a query condition.
 */
final class Candidate {
  private static final FieldMatch[] NO_FIELDS = {};

  /** Method given, then more headers, then more query parameters, then the writer's order. */
  static final Comparator<Candidate> PRECEDENCE =
      Comparator.comparing((Candidate c) -> c.methods == null)
          .thenComparing(c -> -c.headers.length)
          .thenComparing(c -> -c.query.length)
          .thenComparing(c -> c.position);

  private final Route route;
  private final int position;
  private final PathMatch.@Nullable Regex path;
  private final @Nullable Set<String> methods;
  private final FieldMatch[] headers;
  private final FieldMatch[] query;

  Candidate(Route route, int position) {
    RouteMatch match = route.match();
    this.route = route;
    this.position = position;
    this.path = match.path() instanceof PathMatch.Regex regex ? regex : null;
    this.methods = match.methods().isEmpty() ? null : match.methods();
    this.headers = match.headers().toArray(NO_FIELDS);
    this.query = match.query().toArray(NO_FIELDS);
  }

  Route route() {
    return route;
  }

  /** The first of an ordered list that takes the request, or null. */
  static @Nullable Route first(Candidate[] ordered, RouteQuery request) {
    for (Candidate candidate : ordered) {
      if (candidate.accepts(request)) {
        return candidate.route;
      }
    }
    return null;
  }

  /** A list in order of precedence. */
  static Candidate[] ordered(List<Candidate> candidates) {
    Candidate[] ordered = candidates.toArray(new Candidate[0]);
    java.util.Arrays.sort(ordered, PRECEDENCE);
    return ordered;
  }

  private boolean accepts(RouteQuery request) {
    return (methods == null || methods.contains(request.method()))
        && (headers.length == 0 || acceptsHeaders(request))
        && (query.length == 0 || acceptsQuery(request))
        && (path == null || path.accepts(request.path()));
  }

  private boolean acceptsHeaders(RouteQuery request) {
    for (FieldMatch field : headers) {
      if (!field.value().accepts(request.header(field.name()))) {
        return false;
      }
    }
    return true;
  }

  private boolean acceptsQuery(RouteQuery request) {
    for (FieldMatch field : query) {
      if (!field.value().accepts(QueryParameters.first(request.query(), field.name()))) {
        return false;
      }
    }
    return true;
  }
}
