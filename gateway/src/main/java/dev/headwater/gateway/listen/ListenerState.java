package dev.headwater.gateway.listen;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the loops know together about one listener. Touched when connections come and go, not by
 * requests.
 */
public final class ListenerState {
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicBoolean draining = new AtomicBoolean();

  /** Takes a place, unless {@code limit} are taken. */
  boolean enter(int limit) {
    if (connections.incrementAndGet() <= limit) {
      return true;
    }
    connections.decrementAndGet();
    return false;
  }

  void leave() {
    connections.decrementAndGet();
  }

  /** Open connections over all loops. */
  public int connections() {
    return connections.get();
  }

  /** From now on every response asks its client to close. */
  public void drain() {
    draining.set(true);
  }

  boolean draining() {
    return draining.getPlain();
  }
}
