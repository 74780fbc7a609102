package dev.headwater.routes.nginx;

import dev.headwater.routes.RetryPolicy;
import dev.headwater.routes.Timeouts;

/**
 * Terms of the routes of an Ingress.
 *
 * @param timeouts how long each part may take
 * @param retry when to try again
 * @param bodyBytes most of a request body; the listener enforces the largest of all Ingresses
 */
public record RouteTerms(Timeouts timeouts, RetryPolicy retry, long bodyBytes) {}
