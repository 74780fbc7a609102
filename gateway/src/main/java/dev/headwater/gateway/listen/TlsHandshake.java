package dev.headwater.gateway.listen;

import dev.headwater.gateway.listen.NameTerms.Terminate;
import dev.headwater.gateway.pipeline.ClientIdentity;
import dev.headwater.gateway.pipeline.TlsFacts;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Waits behind the TLS handler for the end of its handshake. Failures are counted, not logged. */
final class TlsHandshake extends ChannelInboundHandlerAdapter {
  private final Arrival arrival;
  private final SslHandler tls;
  private final Terminate terms;
  private final @Nullable String serverName;
  private boolean failed;

  TlsHandshake(Arrival arrival, SslHandler tls, Terminate terms, @Nullable String serverName) {
    this.arrival = arrival;
    this.tls = tls;
    this.terms = terms;
    this.serverName = serverName;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (!(event instanceof SslHandshakeCompletionEvent end)) {
      ctx.fireUserEventTriggered(event);
    } else if (end.isSuccess()) {
      SSLSession session = tls.engine().getSession();
      ClientIdentity identity = terms.clients() == null ? null : Identities.of(session);
      TlsFacts facts =
          new TlsFacts(
              session.getProtocol(),
              session.getCipherSuite(),
              serverName,
              identity,
              terms.clients());
      ctx.pipeline().remove(this);
      arrival.secured(ctx.pipeline(), facts, tls.applicationProtocol());
    } else {
      fail(end.cause());
    }
  }

  private void fail(Throwable cause) {
    if (!failed) {
      failed = true;
      arrival.count(reason(cause));
    }
  }

  private String reason(Throwable cause) {
    if (cause instanceof ClosedChannelException) {
      return "handshake_aborted";
    }
    return terms.clients() != null && isAboutClient(cause) ? "client_certificate" : "tls_handshake";
  }

  /** A certificate that leads nowhere, or none where one is required, in the engines' words. */
  private static boolean isAboutClient(Throwable cause) {
    for (Throwable each = cause; each != null; each = each.getCause()) {
      String text = String.valueOf(each.getMessage());
      if (each instanceof CertificateException
          || text.contains("Empty client certificate chain")
          || text.contains("DID_NOT_RETURN_A_CERTIFICATE")) {
        return true;
      }
    }
    return false;
  }

  /** The TLS handler closes after it told of a failed handshake. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(cause);
    ctx.close();
  }
}
