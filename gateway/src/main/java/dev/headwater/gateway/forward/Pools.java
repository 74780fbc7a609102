package dev.headwater.gateway.forward;

import dev.headwater.gateway.forward.EndpointContexts.Offer;
import dev.headwater.gateway.forward.EndpointContexts.Profile;
import dev.headwater.gateway.pipeline.Loop;
import dev.headwater.gateway.pipeline.Passthrough;
import dev.headwater.gateway.wire.HeadBuffer;
import dev.headwater.gateway.wire.Ticks;
import dev.headwater.routes.Endpoint;
import dev.headwater.routes.Endpoint.Protocol;
import dev.headwater.routes.Upstream;
import io.netty.handler.ssl.SslContext;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One loop's pools, by endpoint and terms; never by route or configuration version, so that a
 * reload keeps every connection. Confined to its loop.
 */
public final class Pools {
  private final Loop loop;
  private final TcpConnector connector;
  private final Passage passage;
  private final Ticks ticks;
  private final HeadBuffer scratch;
  private final OpenCounts counts;
  private final EndpointContexts contexts;
  private final Map<OpenCounts.Key, EndpointPool> pools = new HashMap<>();

  /** Pools of the loop that this is called on. */
  public Pools(
      Vertx vertx,
      Loop loop,
      Ticks ticks,
      HeadBuffer scratch,
      OpenCounts counts,
      EndpointContexts contexts) {
    this.loop = loop;
    this.connector = new TcpConnector(vertx);
    this.passage = new Passage(vertx, loop, ticks);
    this.ticks = ticks;
    this.scratch = scratch;
    this.counts = counts;
    this.contexts = contexts;
  }

  /**
   * The pool for an endpoint of an upstream.
   *
   * @param switching whether the connection may become a tunnel, which HTTP/2 cannot
   */
  EndpointPool pool(Endpoint endpoint, Upstream upstream, boolean switching) {
    Profile profile = profile(endpoint.protocol(), upstream, switching);
    OpenCounts.Key key = new OpenCounts.Key(endpoint, upstream.pool(), profile);
    EndpointPool found = pools.get(key);
    if (found == null) {
      pools.values().removeIf(EndpointPool::empty);
      SslContext tls = profile == null ? null : contexts.get(profile);
      found = new EndpointPool(loop, connector, ticks, scratch, key, counts, tls);
      pools.put(key, found);
    }
    return found;
  }

  private static @Nullable Profile profile(
      Protocol protocol, Upstream upstream, boolean switching) {
    return switch (protocol) {
      case HTTP, H2C -> null;
      case HTTPS -> new Profile(upstream.tls(), switching ? Offer.HTTP_1 : Offer.ANY);
      case H2 -> new Profile(upstream.tls(), Offer.HTTP_2);
    };
  }

  /** Where connections go that are not decrypted here. */
  public Passthrough passthrough() {
    return passage;
  }

  /** Idle connections over all endpoints, for views of the operator. */
  public int idleConnections() {
    return pools.values().stream().mapToInt(EndpointPool::idleCount).sum();
  }

  /** Closes idle connections, and the client. */
  public void close() {
    pools.values().forEach(EndpointPool::closeIdle);
    connector.close();
    passage.close();
  }
}
