package dev.headwater.gateway.forward;

import dev.headwater.routes.Endpoint;
import dev.headwater.routes.PoolPolicy;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Open connections per endpoint over all loops. Touched only when a connection is opened or closed.
 * A loop without any may always open one, so that none starves: the limit is exceeded by at most
 * the number of loops.
 */
public final class OpenCounts {
  /**
   * What is counted together: an endpoint on the terms of one pool policy.
   *
   * @param profile of TLS, or null in clear
   */
  record Key(Endpoint endpoint, PoolPolicy policy, EndpointContexts.@Nullable Profile profile) {}

  private final ConcurrentHashMap<Key, AtomicInteger> counts = new ConcurrentHashMap<>();
  private final int loops;

  /** Counts for that many loops. */
  public OpenCounts(int loops) {
    this.loops = loops;
  }

  AtomicInteger of(Key key) {
    return counts.computeIfAbsent(key, ignored -> new AtomicInteger());
  }

  int loops() {
    return loops;
  }
}
