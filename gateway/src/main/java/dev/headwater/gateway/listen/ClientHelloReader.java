package dev.headwater.gateway.listen;

import dev.headwater.gateway.listen.NameTerms.Pass;
import dev.headwater.gateway.listen.NameTerms.Terminate;
import dev.headwater.gateway.wire.Intake;
import dev.headwater.routes.match.HostName;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the server name in the first message of a connection, and goes on by the terms for it. The
 * bytes stay as they came, so that they can be handed on. Time is minded by the connection's
 * lifecycle.
 */
final class ClientHelloReader extends AbstractSniHandler<NameTerms> {
  /** A handshake message of a few bytes per record has more record headers than message. */
  private static final int RECORD_HEADERS = 1024;

  /** Fatal alert 112 of TLS (RFC 6066 3), in a record of its own. */
  private static final byte[] UNRECOGNIZED_NAME = {0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x70};

  private final Arrival arrival;
  private final TlsNames names;
  private boolean decided;
  private @Nullable Pass passing;

  ClientHelloReader(Arrival arrival, TlsNames names) {
    super(names.policy().clientHello(), 0);
    this.arrival = arrival;
    this.names = names;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    if (decided) {
      in.skipBytes(in.readableBytes());
      return;
    }
    try {
      super.decode(ctx, in, out);
      if (passing != null) {
        Intake read = new Intake();
        read.add(ctx.alloc(), in.readRetainedSlice(in.readableBytes()));
        arrival.passed(this, ctx.channel(), read, passing.to());
      } else if (!decided && in.readableBytes() > names.policy().clientHello() + RECORD_HEADERS) {
        refuse(ctx, "client_hello_too_large");
      }
    } catch (TooLongFrameException e) {
      refuse(ctx, "client_hello_too_large");
    } catch (NotSslRecordException e) {
      refuse(ctx, "not_tls");
    }
  }

  private void refuse(ChannelHandlerContext ctx, String reason) {
    decided = true;
    arrival.refuse(ctx, reason);
  }

  @Override
  protected Future<NameTerms> lookup(ChannelHandlerContext ctx, @Nullable String hostname) {
    return ctx.executor().newSucceededFuture(names.find(normal(hostname)));
  }

  /** What is no host name is no name that anybody asked for. */
  private static @Nullable String normal(@Nullable String hostname) {
    return hostname != null
            && HostName.of(hostname) instanceof HostName.Name name
            && !name.host().isEmpty()
            && name.port() < 0
        ? name.host()
        : null;
  }

  @Override
  protected void onLookupComplete(
      ChannelHandlerContext ctx, @Nullable String hostname, Future<NameTerms> found) {
    NameTerms terms = found.getNow();
    if (terms instanceof Terminate terminate) {
      decided = true;
      handshake(ctx, terminate, normal(hostname));
    } else if (terms instanceof Pass pass) {
      decided = true;
      passing = pass;
    } else {
      decided = true;
      arrival.count("unrecognized_name");
      ctx.writeAndFlush(Unpooled.wrappedBuffer(UNRECOGNIZED_NAME))
          .addListener(ChannelFutureListener.CLOSE);
    }
  }

  private void handshake(ChannelHandlerContext ctx, Terminate terms, @Nullable String name) {
    SslHandler tls = terms.context().newHandler(ctx.alloc());
    tls.setHandshakeTimeoutMillis(0);
    ctx.pipeline().addAfter(ctx.name(), "handshake", new TlsHandshake(arrival, tls, terms, name));
    ctx.pipeline().replace(this, Protocols.TLS, tls);
  }
}
