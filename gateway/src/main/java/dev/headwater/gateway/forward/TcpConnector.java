package dev.headwater.gateway.forward;

import dev.headwater.gateway.fail.GatewayFailure;
import dev.headwater.gateway.pipeline.Failure;
import dev.headwater.routes.Endpoint;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.Vertx;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * Connects with Vert.x as plain TCP: its loops, its non-blocking name look-ups, its native
 * transport. One client per loop, made and used on that loop, so that a connection never leaves it.
 */
final class TcpConnector implements Connector {
  private final NetClient client;

  TcpConnector(Vertx vertx) {
    client =
        vertx.createNetClient(
            new NetClientOptions()
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true)
                .setReconnectAttempts(0));
  }

  @Override
  public void connect(
      Endpoint endpoint, Duration timeout, UpstreamConnection connection, Outcome outcome) {
    ConnectOptions options =
        new ConnectOptions()
            .setHost(endpoint.host())
            .setPort(endpoint.port())
            .setTimeout((int) timeout.toMillis());
    client
        .connect(options)
        .onComplete(
            result -> {
              if (result.succeeded()) {
                attach(result.result(), connection);
                outcome.connected(connection);
              } else {
                outcome.failed(failure(result.cause()));
              }
            });
  }

  private static void attach(NetSocket socket, UpstreamConnection connection) {
    // A drain of ours decides when an upstream connection ends; Vert.x alone would cut it.
    socket.shutdownHandler(ignored -> {});
    ((NetSocketInternal) socket)
        .channelHandlerContext()
        .pipeline()
        .addBefore("handler", "headwater", connection);
  }

  private static Failure failure(Throwable cause) {
    if (cause instanceof ConnectTimeoutException || cause instanceof SocketTimeoutException) {
      return new GatewayFailure.ConnectTimeout();
    }
    if (cause instanceof UnknownHostException) {
      return new GatewayFailure.NotConnected("name_not_found");
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
