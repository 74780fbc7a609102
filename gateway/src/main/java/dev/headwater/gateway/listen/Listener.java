package dev.headwater.gateway.listen;

import dev.headwater.gateway.pipeline.ClientAddress;
import dev.headwater.gateway.wire.Reads;
import dev.headwater.routes.BindAddress;
import dev.headwater.routes.ListenerPolicy;
import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * One loop's share of an address: accepts, and puts a {@link Http1Connection} into each pipeline.
 * Vert.x' own idle timers stay off, because they would end a request that waits for its upstream.
 */
public final class Listener {
  private static final int BACKLOG = 4096;

  private final ConnectionShared shared;
  private final ListenerState state;
  private final NetServer server;

  private Listener(Vertx vertx, ConnectionShared shared, ListenerState state) {
    this.shared = shared;
    this.state = state;
    this.server =
        vertx.createNetServer(
            new NetServerOptions()
                .setAcceptBacklog(BACKLOG)
                .setTcpNoDelay(true)
                .setReuseAddress(true)
                .setReusePort(state.terms().reusePort()));
  }

  /**
   * Listens on the loop that this is called on.
   *
   * @param where as configured
   * @param number of the listener, from 1; loops that listen at port 0 find one another by it
   */
  public static Future<Listener> bind(
      Vertx vertx, ConnectionShared shared, BindAddress where, int number, ListenerState state) {
    Listener listener = new Listener(vertx, shared, state);
    listener.server.connectHandler(listener::accept);
    // Vert.x shares a negative port between loops, and binds one that the system chooses.
    int port = where.port() == 0 ? -number : where.port();
    return listener.server.listen(port, where.host()).map(ignored -> listener.bound());
  }

  private Listener bound() {
    state.bound(address());
    return this;
  }

  private void accept(NetSocket socket) {
    ListenerPolicy policy = state.terms();
    Channel channel = ((NetSocketInternal) socket).channelHandlerContext().channel();
    state.acceptedBy(channel.parent());
    int everywhere = shared.snapshots().get().configuration().limits().connections();
    if (!state.enter(policy.limits().connections(), everywhere)) {
      shared.loop().metrics().connectionRefused(policy.name());
      channel.close();
      return;
    }
    Reads.bound(channel.config());
    long now = shared.loop().now();
    ConnectionLifecycle lifecycle =
        new ConnectionLifecycle(
            shared, policy, state, now + policy.limits().headTimeout().toNanos());
    // Without a handler of ours Vert.x would cut exchanges in flight when the server shuts down.
    socket.shutdownHandler(ignored -> lifecycle.drain());
    channel.pipeline().addBefore("handler", Protocols.LIFECYCLE, lifecycle);
    Protocols protocols = new Protocols(shared, policy, state, lifecycle);
    new Arrival(protocols, address(channel.remoteAddress()), now).begin(channel.pipeline());
  }

  private static ClientAddress address(java.net.SocketAddress remote) {
    if (remote instanceof InetSocketAddress inet) {
      byte[] ip = inet.getAddress().getAddress();
      return new ClientAddress(ip, inet.getAddress().getHostAddress(), inet.getPort());
    }
    return new ClientAddress(new byte[4], "0.0.0.0", 0);
  }

  /** Where it listens; the port that was given for port 0. */
  public BindAddress address() {
    return new BindAddress(state.terms().address().host(), server.actualPort());
  }

  /** The listener's name. */
  public String name() {
    return state.terms().name();
  }

  /**
   * Accepts no more, closes idle connections at once and others after their exchange.
   *
   * @param within when what is left is cut
   */
  public Future<Void> shutdown(Duration within) {
    return server.shutdown(within);
  }
}
