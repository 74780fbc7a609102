package dev.headwater.routes.nginx;

import dev.headwater.routes.TrustPolicy;
import dev.headwater.sampling.rule.SamplingRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the annotations of one Ingress come to, over the settings of the ConfigMap.
 *
 * @param traced whether its requests are traced
 * @param trust whose trace headers are honoured on its routes
 * @param canary which requests of another Ingress it takes, as its canary; null where it is none. A
 *     canary is served on the other's terms, so that all but the balance of its own are the usual
 * @param route terms of its routes
 * @param backend terms of its upstreams
 * @param rewrite how its paths are matched, and what backends get of them
 * @param hosts what it says of its hosts as a whole
 * @param customHeaders the ConfigMap with header fields of its responses, as written; empty for
 *     none
 * @param findings what became of each annotation, in the order of their names
 */
public record IngressSettings(
    boolean traced,
    TrustPolicy trust,
    @Nullable CanaryTerms canary,
    RouteTerms route,
    BackendTerms backend,
    RewriteTerms rewrite,
    HostTerms hosts,
    String customHeaders,
    List<KeyFinding> findings) {
  public IngressSettings {
    findings = List.copyOf(findings);
  }

  /** The same on other terms of its routes. */
  public IngressSettings with(RouteTerms other) {
    return new IngressSettings(
        traced, trust, canary, other, backend, rewrite, hosts, customHeaders, findings);
  }

  /** The same with other findings. */
  public IngressSettings with(List<KeyFinding> others) {
    return new IngressSettings(
        traced, trust, canary, route, backend, rewrite, hosts, customHeaders, others);
  }

  /** The rule of one of its routes, or null where there is nothing to say. */
  public @Nullable SamplingRule sampling(String route) {
    return traced
        ? null
        : SamplingRule.ofRoute(route, new dev.headwater.sampling.rule.Verdict.Never());
  }
}
