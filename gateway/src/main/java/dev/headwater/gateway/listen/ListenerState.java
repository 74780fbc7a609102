package dev.headwater.gateway.listen;

import dev.headwater.gateway.overload.Pressure;
import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What the loops know together about one listener. Touched when connections come and go, not by
 * requests.
 */
public final class ListenerState {
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger everywhere;
  private final Pressure pressure;
  private final AtomicBoolean draining = new AtomicBoolean();
  private volatile @Nullable Channel door;

  /**
   * A listener without connections.
   *
   * @param everywhere connections of all listeners
   * @param pressure of the heap
   */
  public ListenerState(AtomicInteger everywhere, Pressure pressure) {
    this.everywhere = everywhere;
    this.pressure = pressure;
  }

  /** Takes a place, unless {@code limit} are taken here, or {@code limitEverywhere} in all. */
  boolean enter(int limit, int limitEverywhere) {
    boolean room = connections.incrementAndGet() <= limit;
    if (everywhere.incrementAndGet() <= limitEverywhere && room) {
      return true;
    }
    leave();
    return false;
  }

  void leave() {
    connections.decrementAndGet();
    everywhere.decrementAndGet();
  }

  /** Open connections over all loops. */
  public int connections() {
    return connections.get();
  }

  /** A connection was accepted by that server socket. */
  void acceptedBy(@Nullable Channel server) {
    if (door == null) {
      door = server;
    }
  }

  /**
   * Closes the server socket; in front of Vert.x' own shutdown, which takes its loops away first
   * and resets what is accepted in between. Completes once every accepted connection is on the
   * queue of its loop.
   */
  public Future<Void> shut() {
    Channel server = door;
    if (server == null) {
      return Future.succeededFuture();
    }
    Promise<Void> closed = Promise.promise();
    server.close().addListener(ignored -> closed.complete());
    return closed.future();
  }

  /** From now on every response asks its client to close. */
  public void drain() {
    draining.set(true);
  }

  /** Whether responses ask their clients to close: the process is stopping, or short of memory. */
  boolean ending() {
    return draining.getPlain() || pressure.closes();
  }
}
