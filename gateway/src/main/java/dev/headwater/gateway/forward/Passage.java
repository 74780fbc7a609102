package dev.headwater.gateway.forward;

import dev.headwater.gateway.pipeline.Loop;
import dev.headwater.gateway.pipeline.Passthrough;
import dev.headwater.gateway.pipeline.TunnelEnd;
import dev.headwater.gateway.pipeline.TunnelExit;
import dev.headwater.gateway.pipeline.TunnelFacts;
import dev.headwater.gateway.wire.ChannelEnd;
import dev.headwater.gateway.wire.Reads;
import dev.headwater.gateway.wire.Ticks;
import dev.headwater.routes.Endpoint;
import dev.headwater.routes.Upstream;
import io.netty.channel.Channel;
import io.vertx.core.AsyncResult;
import io.vertx.core.Vertx;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.List;

/**
 * Tunnels to upstreams for connections that are not decrypted here: endpoints in turn, the next one
 * when one does not take the connection. Has metrics of tunnels under the route {@code
 * passthrough/UPSTREAM}, and no span, since nothing of it was read. Confined to its loop.
 */
final class Passage implements Passthrough {
  private static final TunnelExit UNTOLD =
      new TunnelExit() {
        @Override
        public void partial(TunnelFacts facts) {
          // No request, no span.
        }

        @Override
        public void ended(TunnelFacts facts) {
          // The metrics know already.
        }
      };

  private final Loop loop;
  private final Ticks ticks;
  private final NetClient client;
  private int turn;

  /** Passages of the loop that this is called on. */
  Passage(Vertx vertx, Loop loop, Ticks ticks) {
    this.loop = loop;
    this.ticks = ticks;
    this.client =
        vertx.createNetClient(
            new NetClientOptions()
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true)
                .setReconnectAttempts(0));
  }

  @Override
  public void open(Upstream upstream, Duration idle, TunnelEnd from) {
    Tunnel.Terms terms =
        new Tunnel.Terms(loop, ticks, "passthrough/" + upstream.name(), idle, Duration.ZERO);
    attempt(upstream, terms, from, 1);
  }

  private void attempt(Upstream upstream, Tunnel.Terms terms, TunnelEnd from, int number) {
    List<Endpoint> endpoints = upstream.endpoints();
    if (number > endpoints.size()) {
      loop.metrics().failure("connect", "passthrough");
      from.close();
      return;
    }
    turn = (turn + 1) & Integer.MAX_VALUE;
    Endpoint endpoint = endpoints.get(turn % endpoints.size());
    client
        .connect(
            new ConnectOptions()
                .setHost(endpoint.host())
                .setPort(endpoint.port())
                .setTimeout((int) upstream.pool().connectTimeout().toMillis()))
        .onComplete(
            result -> {
              if (result.succeeded()) {
                join(terms, from, result);
              } else {
                attempt(upstream, terms, from, number + 1);
              }
            });
  }

  private void join(Tunnel.Terms terms, TunnelEnd from, AsyncResult<NetSocket> result) {
    NetSocket socket = result.result();
    // A drain of ours decides when it ends; Vert.x alone would cut it.
    socket.shutdownHandler(ignored -> {});
    Channel channel = ((NetSocketInternal) socket).channelHandlerContext().channel();
    Reads.bound(channel.config());
    TunnelEnd to = ChannelEnd.before("handler", channel);
    Tunnel.open(terms, new TunnelFacts("tls", loop.now()), UNTOLD, from, to);
  }

  void close() {
    client.close();
  }
}
