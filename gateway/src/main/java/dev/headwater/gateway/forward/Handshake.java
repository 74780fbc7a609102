package dev.headwater.gateway.forward;

import dev.headwater.gateway.fail.GatewayFailure;
import dev.headwater.gateway.pipeline.Failure;
import dev.headwater.routes.Endpoint.Protocol;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * From a TCP connection to one that serves requests: TLS, then the settings of HTTP/2. Tells its
 * outcome once, and closes what comes to nothing; there is no way back to plain text or to another
 * version. Confined to its loop.
 */
final class Handshake {
  /** Where the connection's handlers go: in front of Vert.x' own. */
  private static final String BEHIND = "handler";

  private static final String NAME = "headwater";

  /** Kinds of general names (RFC 5280 4.2.1.6). */
  private static final int DNS_NAME = 2;

  private static final int IP_ADDRESS = 7;

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
                Math.max(1, within.toNanos()),
                TimeUnit.NANOSECONDS);
    if (pool.endpoint().protocol().secure()) {
      tls();
    } else {
      channel.pipeline().addBefore(BEHIND, NAME, http2());
    }
  }

  /** HTTP/1.1 in clear needs no handshake. */
  static void none(EndpointPool pool, Connector.Outcome outcome, ChannelPipeline pipeline) {
    Http1Upstream connection = new Http1Upstream(pool, false);
    pipeline.addBefore(BEHIND, NAME, connection);
    outcome.connected(connection);
  }

  private Http2Upstream http2() {
    return Http2UpstreamBuilder.build(pool, this);
  }

  private void tls() {
    SslContext context = pool.tls();
    if (context == null) {
      failed(new GatewayFailure.NotConnected("tls_unusable"));
      return;
    }
    outcome.reached();
    SslHandler handler =
        context.newHandler(channel.alloc(), pool.serverName(), pool.endpoint().port());
    handler.setHandshakeTimeoutMillis(0); // The timer minds it.
    channel.pipeline().addBefore(BEHIND, "tls", handler);
    channel.pipeline().addBefore(BEHIND, NAME, new Negotiation(handler));
  }

  /**
   * Waits for the end of the handshake, and puts the connection that was agreed on in its place.
   */
  private final class Negotiation extends ChannelInboundHandlerAdapter {
    private final SslHandler tls;

    Negotiation(SslHandler tls) {
      this.tls = tls;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof SslHandshakeCompletionEvent end) {
        if (!end.isSuccess()) {
          failed(new GatewayFailure.NotConnected(TlsFault.reason(end.cause())));
        } else if (!named(tls)) {
          failed(new GatewayFailure.NotConnected("tls_no_san"));
        } else {
          agreed(ctx);
        }
      }
    }

    private void agreed(ChannelHandlerContext ctx) {
      if (over) {
        return;
      }
      if ("h2".equals(tls.applicationProtocol())) {
        replace(ctx, http2());
      } else if (pool.endpoint().protocol() == Protocol.H2) {
        failed(new GatewayFailure.NotConnected("tls_no_h2"));
      } else {
        Http1Upstream connection = new Http1Upstream(pool, true);
        replace(ctx, connection);
        ready(connection);
      }
    }

    private void replace(ChannelHandlerContext ctx, ChannelHandler connection) {
      ctx.pipeline().replace(this, NAME, connection);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      failed(new GatewayFailure.NotConnected("tls_failed"));
      ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      failed(new GatewayFailure.NotConnected(TlsFault.reason(cause)));
    }
  }

  /**
   * Whether a certificate that was verified says whom it is for in the place for that: a common
   * name, which some verifiers take instead, says nothing (RFC 9110 4.3.4).
   */
  private static boolean named(SslHandler tls) {
    try {
      X509Certificate certificate =
          (X509Certificate) tls.engine().getSession().getPeerCertificates()[0];
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names != null
          && names.stream()
              .anyMatch(name -> name.get(0).equals(DNS_NAME) || name.get(0).equals(IP_ADDRESS));
    } catch (SSLPeerUnverifiedException | CertificateParsingException e) {
      return false;
    }
  }

  /** The connection can be used. */
  void ready(UpstreamConnection connection) {
    if (end()) {
      outcome.connected(connection);
    }
  }

  /** The endpoint's HTTP/2 ended before it began; {@code cause} if that was an exception. */
  void broke(@Nullable Throwable cause) {
    failed(
        new GatewayFailure.NotConnected(
            cause == null || !Faults.ofTls(cause) ? "no_http2" : TlsFault.reason(cause)));
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
