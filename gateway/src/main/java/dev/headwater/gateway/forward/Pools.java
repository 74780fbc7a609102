package dev.headwater.gateway.forward;

import dev.headwater.gateway.pipeline.Loop;
import dev.headwater.gateway.wire.HeadBuffer;
import dev.headwater.gateway.wire.Ticks;
import dev.headwater.routes.Endpoint;
import dev.headwater.routes.PoolPolicy;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;

/**
 * One loop's pools, by endpoint and terms; never by route or configuration version, so that a
 * reload keeps every connection. Confined to its loop.
 */
public final class Pools {
  private final Loop loop;
  private final TcpConnector connector;
  private final Ticks ticks;
  private final HeadBuffer scratch;
  private final OpenCounts counts;
  private final Map<OpenCounts.Key, EndpointPool> pools = new HashMap<>();

  /** Pools of the loop that this is called on. */
  public Pools(Vertx vertx, Loop loop, Ticks ticks, HeadBuffer scratch, OpenCounts counts) {
    this.loop = loop;
    this.connector = new TcpConnector(vertx);
    this.ticks = ticks;
    this.scratch = scratch;
    this.counts = counts;
  }

  EndpointPool pool(Endpoint endpoint, PoolPolicy policy) {
    OpenCounts.Key key = new OpenCounts.Key(endpoint, policy);
    EndpointPool found = pools.get(key);
    if (found == null) {
      pools.values().removeIf(EndpointPool::empty);
      found = new EndpointPool(loop, connector, ticks, scratch, key, counts);
      pools.put(key, found);
    }
    return found;
  }

  /** Idle connections over all endpoints, for views of the operator. */
  public int idleConnections() {
    return pools.values().stream().mapToInt(EndpointPool::idleCount).sum();
  }

  /** Closes idle connections, and the client. */
  public void close() {
    pools.values().forEach(EndpointPool::closeIdle);
    connector.close();
  }
}
