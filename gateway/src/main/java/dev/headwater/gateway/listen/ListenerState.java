package dev.headwater.gateway.listen;

import dev.headwater.gateway.overload.Pressure;
import dev.headwater.routes.BindAddress;
import dev.headwater.routes.HttpProtocol;
import dev.headwater.routes.ListenerPolicy;
import dev.headwater.routes.ListenerTls;
import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
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
  private volatile @Nullable TlsNames tls;
  private volatile ListenerPolicy terms;

  /** The same, but for the size of bodies, which is that in force. */
  private volatile ListenerPolicy live;

  /**
   * A listener without connections.
   *
   * @param terms as configured
   * @param everywhere connections of all listeners
   * @param pressure of the heap
   */
  public ListenerState(ListenerPolicy terms, AtomicInteger everywhere, Pressure pressure) {
    this.terms = terms;
    this.live = terms;
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

  /** It listens there; port 0 of a configuration is any that is free. */
  synchronized void bound(BindAddress address) {
    if (!terms.address().equals(address)) {
      terms = terms.at(address);
      live = terms;
    }
  }

  /**
   * Connections are accepted on these terms from now on. One that was accepted on others keeps
   * them, and its next response asks the client to close. Certificates and the address are none of
   * them, nor is the size of bodies: in a cluster anybody who may write an Ingress changes that.
   */
  public synchronized void accept(ListenerPolicy listener) {
    ListenerPolicy wanted = listener.at(terms.address());
    if (!lasting(wanted).equals(lasting(terms))) {
      terms = wanted;
    }
    live = wanted;
  }

  private static ListenerPolicy lasting(ListenerPolicy policy) {
    return policy.with(null).limited(policy.limits().withBodyBytes(0));
  }

  /** What connections are accepted on. */
  ListenerPolicy terms() {
    return terms;
  }

  /** What holds for a request that begins now, on a connection that was accepted on these terms. */
  @SuppressWarnings("ReferenceEquality") // A connection has the very terms that were in force.
  ListenerPolicy now(ListenerPolicy acceptedOn) {
    return terms == acceptedOn ? live : acceptedOn;
  }

  /**
   * Handshakes from now on are made so; those under way, and connections, stay as they are. Blocks
   * for milliseconds per certificate; by one thread at a time.
   *
   * @return whether anything is new
   * @throws SSLException when it cannot be; what was in force stays
   */
  public boolean secure(ListenerPolicy listener) throws SSLException {
    TlsNames before = tls;
    ListenerTls wanted = listener.tls();
    if (wanted == null || (before != null && before.policy().equals(wanted))) {
      return false;
    }
    tls = TlsNames.of(wanted, offered(listener), before);
    return true;
  }

  /** The better protocol first: of those that both know, the first is chosen. */
  private static List<String> offered(ListenerPolicy listener) {
    return Stream.of(HttpProtocol.HTTP_2, HttpProtocol.HTTP_1)
        .filter(listener.protocols()::contains)
        .map(HttpProtocol::label)
        .toList();
  }

  @Nullable TlsNames tls() {
    return tls;
  }

  /** From now on every response asks its client to close. */
  public void drain() {
    draining.set(true);
  }

  /**
   * Whether responses ask their clients to close: the process is stopping or short of memory, or
   * other terms than those that the connection was accepted on are in force.
   */
  @SuppressWarnings("ReferenceEquality") // A connection has the very terms that were in force.
  boolean ending(ListenerPolicy acceptedOn) {
    return draining.getPlain() || terms != acceptedOn || pressure.closes();
  }
}
