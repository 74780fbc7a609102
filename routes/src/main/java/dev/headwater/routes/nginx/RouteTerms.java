package dev.headwater.routes.nginx;

import dev.headwater.routes.CorsPolicy;
import dev.headwater.routes.DirectResponse;
import dev.headwater.routes.HeaderFilter;
import dev.headwater.routes.RetryPolicy;
import dev.headwater.routes.Route;
import dev.headwater.routes.StickyPolicy;
import dev.headwater.routes.Timeouts;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Terms of the routes of an Ingress.
 *
 * @param timeouts how long each part may take
 * @param retry when to try again
 * @param bodyBytes most of a request body; the listener enforces the largest of all Ingresses
 * @param filters edits of header fields
 * @param https what becomes of requests in clear
 * @param access who may in, by address
 * @param cors what pages of other origins may do, or null for nothing
 * @param limits what one client may take
 * @param sticky keeps a client at one endpoint, or null; its path is empty where nobody wrote one
 * @param respond an answer to every request in place of the backend's, or null
 */
public record RouteTerms(
    Timeouts timeouts,
    RetryPolicy retry,
    long bodyBytes,
    List<HeaderFilter> filters,
    HttpsTerms https,
    AccessTerms access,
    @Nullable CorsPolicy cors,
    LimitTerms limits,
    @Nullable StickyPolicy sticky,
    @Nullable DirectResponse respond) {
  public RouteTerms {
    filters = List.copyOf(filters);
  }

  /** The same with more filters, and with another answer in place of the backend's. */
  public RouteTerms with(List<HeaderFilter> more, @Nullable DirectResponse answer) {
    List<HeaderFilter> all = new ArrayList<>(filters);
    all.addAll(more);
    return new RouteTerms(
        timeouts, retry, bodyBytes, all, https, access, cors, limits, sticky, answer);
  }

  /**
   * A route under the terms that say who may come, and how.
   *
   * @param hasCertificate whether the host of its rule is named under {@code tls} of an Ingress
   * @param path of its rule
   */
  public Route guarded(Route route, boolean hasCertificate, String path) {
    return route.with(https.policy(hasCertificate, path), access.policy(), cors);
  }

  /** How many tries a request has. */
  int tries() {
    return retry.attempts() + 1;
  }
}
