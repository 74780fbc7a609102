package dev.headwater.routes.match;

import dev.headwater.routes.Route;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the route of a request. */
public final class RouteTable {
  private final List<Route> routes;

  private RouteTable(List<Route> routes) {
    this.routes = routes;
  }

  /** A table over routes in the writer's order. */
  public static RouteTable of(List<Route> routes) {
    return new RouteTable(List.copyOf(routes));
  }

  /** The route that takes a request, or null. */
  public @Nullable Route find(RouteQuery query) {
    return routes.isEmpty() ? null : routes.get(0);
  }

  /** All routes in matching order. */
  public List<Route> routes() {
    return routes;
  }
}
