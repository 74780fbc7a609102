package dev.headwater.routes.kubernetes;

import dev.headwater.routes.HeaderFilter;
import dev.headwater.routes.PathMatch;
import dev.headwater.routes.RouteMatch;
import dev.headwater.routes.nginx.RouteTerms;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What all routes of a cluster have alike. */
final class RouteBasics {
  /** Everything. */
  static final PathMatch ROOT = new PathMatch.Prefix("/");

  /** Clients of Ingresses expect to be told a server, which is never the one behind us. */
  private static final HeaderFilter SERVER =
      new HeaderFilter(
          HeaderFilter.Direction.RESPONSE, Map.of("server", "headwater"), Map.of(), List.of());

  private RouteBasics() {}

  /** Filters of a route; the field that names us goes last on the way back, over all others. */
  static List<HeaderFilter> filters(RouteTerms terms) {
    List<HeaderFilter> filters = new ArrayList<>(List.of(SERVER));
    filters.addAll(terms.filters());
    return filters;
  }

  /** A match as Ingresses mean it: an asterisk stands for one label. */
  static RouteMatch match(List<String> hosts, PathMatch path) {
    List<String> patterns =
        hosts.equals(List.of(IngressHost.ANY))
            ? List.of()
            : hosts.stream().map(host -> host.isEmpty() ? "*" : host).toList();
    return new RouteMatch(
        patterns, path, Set.of(), List.of(), List.of(), RouteMatch.Wildcard.ONE_LABEL);
  }
}
