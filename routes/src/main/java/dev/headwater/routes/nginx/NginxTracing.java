package dev.headwater.routes.nginx;

import dev.headwater.routes.TracingPolicy;
import dev.headwater.sampling.network.NetworkSet;

/**
 * Tracing as the ConfigMap has it.
 *
 * @param on whether Ingresses are traced that do not say themselves
 * @param said whether the ConfigMap says so at all
 * @param whenOn the policy where any Ingress is traced; {@code enabled} is true
 * @param trusted callers whose context is honoured where an Ingress or the ConfigMap trusts
 */
public record NginxTracing(boolean on, boolean said, TracingPolicy whenOn, NetworkSet trusted) {
  /**
   * The policy of the gateway.
   *
   * @param anyTraced whether an Ingress is traced; without one, trace headers pass untouched
   */
  public TracingPolicy policy(boolean anyTraced) {
    return anyTraced ? whenOn : whenOn.off();
  }
}
