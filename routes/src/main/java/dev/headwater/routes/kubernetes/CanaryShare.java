package dev.headwater.routes.kubernetes;

import dev.headwater.routes.Route;
import dev.headwater.routes.nginx.CanaryTerms;

/**
 * Requests of another Ingress' host and path that a canary takes.
 *
 * @param canary whose share it is
 * @param upstream where they go
 * @param ready whether there is an endpoint for them; otherwise the other Ingress keeps them
 * @param terms which requests
 */
record CanaryShare(ObjectName canary, String upstream, boolean ready, CanaryTerms terms) {
  /** The route with the share taken out, on the same terms. */
  Route of(Route route) {
    if (!ready || route.to().isEmpty()) {
      return route;
    }
    String main = route.to().get(0).upstream();
    return route.with(terms.shares(main, upstream), terms.steering(main, upstream));
  }
}
