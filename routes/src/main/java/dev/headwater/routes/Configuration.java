package dev.headwater.routes;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything a gateway was told, validated: names are unique, references resolve, values are in
 * range.
 *
 * @param listeners addresses to serve, at least one
 * @param upstreams named groups of endpoints
 * @param routes in the writer's order; {@code RouteTable} brings them into matching order
 * @param tracing identity, sampling, propagation and reporting
 * @param accessLog one line per request, or null for none
 * @param log the program's own log
 * @param drain how to stop
 * @param limits what the whole process takes on
 * @param admin the operator's address
 */
public record Configuration(
    List<ListenerPolicy> listeners,
    List<Upstream> upstreams,
    List<Route> routes,
    TracingPolicy tracing,
    @Nullable AccessLogPolicy accessLog,
    LogPolicy log,
    DrainPolicy drain,
    ProcessLimits limits,
    AdminPolicy admin) {
  public Configuration {
    listeners = List.copyOf(listeners);
    upstreams = List.copyOf(upstreams);
    routes = List.copyOf(routes);
  }

  /** The same with other tracing. */
  public Configuration with(TracingPolicy other) {
    return new Configuration(
        listeners, upstreams, routes, other, accessLog, log, drain, limits, admin);
  }
}
