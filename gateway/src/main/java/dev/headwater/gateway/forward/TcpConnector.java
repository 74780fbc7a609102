package dev.headwater.gateway.forward;

import dev.headwater.gateway.fail.GatewayFailure;
import dev.headwater.gateway.pipeline.Failure;
import dev.headwater.gateway.wire.Reads;
import dev.headwater.routes.Endpoint;
import dev.headwater.routes.Endpoint.Protocol;
import dev.headwater.sampling.network.IpLiteral;
import io.netty.channel.Channel;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.internal.resolver.NameResolver;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Connects with Vert.x as plain TCP: its loops, its non-blocking name look-ups, its native
 * transport. One client per loop, made and used on that loop, so that a connection never leaves it.
 */
final class TcpConnector implements Connector {
  private final NetClient client;
  private final NameResolver names;

  TcpConnector(Vertx vertx) {
    names = ((VertxInternal) vertx).nameResolver();
    client =
        vertx.createNetClient(
            new NetClientOptions()
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true)
                .setReconnectAttempts(0));
  }

  @Override
  public void connect(Endpoint endpoint, Duration timeout, EndpointPool pool, Outcome outcome) {
    if (IpLiteral.parse(endpoint.host()) != null) {
      connect(
          SocketAddress.inetSocketAddress(endpoint.port(), endpoint.host()),
          timeout,
          pool,
          outcome);
      return;
    }
    names
        .resolve(endpoint.host())
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .onComplete(
            found -> {
              if (found.failed()) {
                outcome.failed(
                    new GatewayFailure.NotConnected(
                        found.cause() instanceof TimeoutException
                            ? "name_timeout"
                            : "name_not_found"));
                return;
              }
              outcome.resolved();
              if (endpoint.abroad() && isHere(found.result())) {
                outcome.failed(new GatewayFailure.NotConnected("name_refused"));
                return;
              }
              connect(
                  SocketAddress.inetSocketAddress(
                      new InetSocketAddress(found.result(), endpoint.port())),
                  timeout,
                  pool,
                  outcome);
            });
  }

  /**
   * Whether an address is this machine's own wherever it is asked, or its network's own, where
   * clouds answer for the machine.
   */
  private static boolean isHere(InetAddress address) {
    return address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || address.isLinkLocalAddress();
  }

  private void connect(
      SocketAddress address, Duration timeout, EndpointPool pool, Outcome outcome) {
    long begun = pool.loop().now();
    client
        .connect(
            new ConnectOptions().setRemoteAddress(address).setTimeout((int) timeout.toMillis()))
        .onComplete(
            result -> {
              if (result.failed()) {
                outcome.failed(failure(result.cause()));
              } else {
                long spent = pool.loop().now() - begun;
                connected(result.result(), timeout.minusNanos(spent), pool, outcome);
              }
            });
  }

  private static void connected(
      NetSocket socket, Duration left, EndpointPool pool, Outcome outcome) {
    // A drain of ours decides when an upstream connection ends; Vert.x alone would cut it.
    socket.shutdownHandler(ignored -> {});
    Channel channel = ((NetSocketInternal) socket).channelHandlerContext().channel();
    Reads.bound(channel.config());
    if (pool.endpoint().protocol() == Protocol.HTTP) {
      Handshake.none(pool, outcome, channel.pipeline());
    } else {
      new Handshake(pool, outcome, channel).begin(left);
    }
  }

  private static Failure failure(Throwable cause) {
    if (cause instanceof ConnectTimeoutException || cause instanceof SocketTimeoutException) {
      return new GatewayFailure.ConnectTimeout();
    }
    if (cause instanceof NoRouteToHostException) {
      return new GatewayFailure.NotConnected("unreachable");
    }
    return new GatewayFailure.NotConnected(
        cause instanceof ConnectException ? "connect_refused" : "connect_failed");
  }

  void close() {
    client.close();
  }
}
