package dev.headwater.routes;

import dev.headwater.sampling.rule.SamplingRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which requests go where, and on what terms.
 *
 * @param name unique; the label of metrics and spans
 * @param match which requests
 * @param filters in order for requests, backwards for responses
 * @param respond an answer made here, or null to forward
 * @param to weighted upstreams; empty exactly when {@code respond} is given
 * @param timeouts how long each part may take
 * @param retry when to try again
 * @param sampling this route's own sampling rule, or null for the default
 * @param trace overrides the listener's trust, or null
 * @param limits what it may take of the process
 * @param https what becomes of requests in clear
 * @param access which clients may in
 * @param cors what pages of other origins may do, or null for nothing
 * @param rewrite the path that the upstream gets, or null for the client's
 * @param sticky keeps a client at one endpoint, or null
 * @param steering which requests go to which upstream, before weights are asked
 */
public record Route(
    String name,
    RouteMatch match,
    List<HeaderFilter> filters,
    @Nullable RouteAnswer respond,
    List<WeightedUpstream> to,
    Timeouts timeouts,
    RetryPolicy retry,
    @Nullable SamplingRule sampling,
    @Nullable TrustPolicy trace,
    RouteLimits limits,
    HttpsPolicy https,
    AccessPolicy access,
    @Nullable CorsPolicy cors,
    @Nullable PathRewrite rewrite,
    @Nullable StickyPolicy sticky,
    Steering steering) {
  public Route {
    filters = List.copyOf(filters);
    to = List.copyOf(to);
  }

  /** A route that serves everybody, in clear as under TLS. */
  public Route(
      String name,
      RouteMatch match,
      List<HeaderFilter> filters,
      @Nullable RouteAnswer respond,
      List<WeightedUpstream> to,
      Timeouts timeouts,
      RetryPolicy retry,
      @Nullable SamplingRule sampling,
      @Nullable TrustPolicy trace,
      RouteLimits limits) {
    this(
        name,
        match,
        filters,
        respond,
        to,
        timeouts,
        retry,
        sampling,
        trace,
        limits,
        HttpsPolicy.NONE,
        AccessPolicy.OPEN,
        null,
        null,
        null,
        Steering.NONE);
  }

  /** The same under other terms of TLS, for other clients and pages. */
  public Route with(HttpsPolicy other, AccessPolicy clients, @Nullable CorsPolicy pages) {
    return new Route(
        name, match, filters, respond, to, timeouts, retry, sampling, trace, limits, other, clients,
        pages, rewrite, sticky, steering);
  }

  /** The same with another path for its upstream, or with the client's for null. */
  public Route with(@Nullable PathRewrite other) {
    return new Route(
        name, match, filters, respond, to, timeouts, retry, sampling, trace, limits, https, access,
        cors, other, sticky, steering);
  }

  /** The same that keeps a client at one endpoint, or does not for null. */
  public Route with(@Nullable StickyPolicy other) {
    return new Route(
        name, match, filters, respond, to, timeouts, retry, sampling, trace, limits, https, access,
        cors, rewrite, other, steering);
  }

  /** The same to other upstreams, some requests to one of them whatever the weights say. */
  public Route with(List<WeightedUpstream> others, Steering rules) {
    return new Route(
        name, match, filters, respond, others, timeouts, retry, sampling, trace, limits, https,
        access, cors, rewrite, sticky, rules);
  }

  /**
   * A share of a route's requests.
   *
   * @param upstream its name
   * @param weight relative to the route's other weights; 0 takes none
   */
  public record WeightedUpstream(String upstream, int weight) {}
}
