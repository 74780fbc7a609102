package dev.headwater.routes.nginx;

import dev.headwater.routes.Endpoint;
import dev.headwater.routes.PoolPolicy;
import dev.headwater.routes.Upstream;
import org.jspecify.annotations.Nullable;

/**
 * Terms of the upstreams of an Ingress. Services of Ingresses with equal terms can share an
 * upstream.
 *
 * @param protocol what is spoken with endpoints
 * @param host the Host to send, or null to preserve the client's
 * @param clusterAddress whether requests go to the Service's own address instead of its pods'
 * @param balance how an endpoint is chosen
 * @param pool connections kept and waited for
 */
public record BackendTerms(
    Endpoint.Protocol protocol,
    @Nullable String host,
    boolean clusterAddress,
    Upstream.Balance balance,
    PoolPolicy pool) {
  /** The same with endpoints chosen in another way. */
  public BackendTerms with(Upstream.Balance other) {
    return new BackendTerms(protocol, host, clusterAddress, other, pool);
  }
}
