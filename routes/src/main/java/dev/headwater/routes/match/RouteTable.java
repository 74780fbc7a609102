package dev.headwater.routes.match;

import dev.headwater.routes.PathMatch;
import dev.headwater.routes.Route;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route of a request with the precedence of Gateway API ({@code HTTPRouteMatch}).
 *
 * <p>Of all routes that take a request the winner has, in this order: an exact host, else the
 * longest wildcard ({@code *.example.com} covers one label or more, or exactly one, which then is
 * the more specific), else any host; an exact path, else a regular expression, else the longest
 * prefix by whole elements; a method condition; more header conditions; more query conditions; the
 * earlier place in the writer's order. A host whose routes do not take the request falls through to
 * the less specific hosts that cover it.
 *
 * <p>Regular expressions stand between exact paths and prefixes because they are written as
 * exceptions to a broad prefix and would never be reached behind {@code /}; nginx orders its
 * locations the same way. Among themselves the length of the pattern says nothing.
 *
 * <p>A search costs one hash look-up for the host, one for the exact path, one walk over the path,
 * and allocates nothing unless a regular expression or query condition is asked. Immutable, safe
 * for all threads.
 */
public final class RouteTable {
  private final List<Route> routes;
  private final HostIndex hosts;

  private RouteTable(List<Route> routes, HostIndex hosts) {
    this.routes = routes;
    this.hosts = hosts;
  }

  /**
   * A table over routes in the writer's order. Host patterns are expected in their {@link HostName
   * normal form}, paths in {@link NormalPath theirs}; a route that is written otherwise is never
   * found.
   */
  public static RouteTable of(List<Route> routes) {
    List<Candidate> candidates = new ArrayList<>(routes.size());
    for (Route route : routes) {
      candidates.add(new Candidate(route, candidates.size()));
    }
    HostIndex hosts = HostIndex.of(candidates);
    candidates.sort(MATCHING_ORDER);
    return new RouteTable(candidates.stream().map(Candidate::route).toList(), hosts);
  }

  /** The route that takes a request, or null. */
  public @Nullable Route find(RouteQuery query) {
    for (PathIndex at = hosts.mostSpecific(query.host()); at != null; at = at.wider()) {
      Route found = at.find(query);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** All routes in matching order; one for several hosts stands where its most specific does. */
  public List<Route> routes() {
    return routes;
  }

  private static final Comparator<Candidate> MATCHING_ORDER =
      Comparator.comparingInt((Candidate c) -> hostRank(c.route()))
          .thenComparingInt(c -> pathRank(c.route().match().path()))
          .thenComparing(Candidate.PRECEDENCE);

  /** Smaller is more specific: exact names, then wildcards by length, then any host. */
  private static int hostRank(Route route) {
    int rank = Integer.MAX_VALUE;
    for (String host : route.match().hosts()) {
      int own = HostIndex.isExact(host) ? Integer.MIN_VALUE : -host.length();
      rank = Math.min(rank, own);
    }
    return rank;
  }

  private static int pathRank(PathMatch path) {
    if (path instanceof PathMatch.Prefix prefix) {
      return -PrefixIndex.elements(prefix.path()).length();
    }
    return path instanceof PathMatch.Exact ? Integer.MIN_VALUE : Integer.MIN_VALUE + 1;
  }
}
