package dev.headwater.gateway.forward;

import dev.headwater.gateway.fail.GatewayFailure;
import dev.headwater.gateway.pipeline.Failure;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * From a TCP connection to one that serves requests: the settings of HTTP/2. Tells its outcome
 * once, and closes what comes to nothing. Confined to its loop.
 */
final class Handshake {
  /** Where the connection's handlers go: in front of Vert.x' own. */
  private static final String BEHIND = "handler";

  private final EndpointPool pool;
  private final Connector.Outcome outcome;
  private final Channel channel;
  private @Nullable Future<?> timer;
  private boolean over;

  Handshake(EndpointPool pool, Connector.Outcome outcome, Channel channel) {
    this.pool = pool;
    this.outcome = outcome;
    this.channel = channel;
  }

  /** Begins; gives up after {@code within}. */
  void begin(Duration within) {
    timer =
        channel
            .eventLoop()
            .schedule(
                () -> failed(new GatewayFailure.ConnectTimeout()),
                within.toNanos(),
                TimeUnit.NANOSECONDS);
    http2();
  }

  /** HTTP/1.1 needs no handshake. */
  static void http1(EndpointPool pool, Connector.Outcome outcome, ChannelPipeline pipeline) {
    Http1Upstream connection = new Http1Upstream(pool);
    pipeline.addBefore(BEHIND, "headwater", connection);
    outcome.connected(connection);
  }

  private void http2() {
    channel.pipeline().addBefore(BEHIND, "headwater", Http2UpstreamBuilder.build(pool, this));
  }

  /** The connection can be used. */
  void ready(UpstreamConnection connection) {
    if (end()) {
      outcome.connected(connection);
    }
  }

  /** The endpoint closed, or what it said was no HTTP/2. */
  void closed() {
    failed(new GatewayFailure.NotConnected("no_http2"));
  }

  private void failed(Failure why) {
    if (end()) {
      channel.close();
      outcome.failed(why);
    }
  }

  private boolean end() {
    if (over) {
      return false;
    }
    over = true;
    if (timer != null) {
      timer.cancel(false);
    }
    return true;
  }
}
