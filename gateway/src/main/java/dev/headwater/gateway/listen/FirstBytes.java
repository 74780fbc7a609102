package dev.headwater.gateway.listen;

import dev.headwater.gateway.pipeline.ClientSession;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2CodecUtil;
import org.jspecify.annotations.Nullable;

/**
 * Tells HTTP/2 with prior knowledge (RFC 9113 3.3) from HTTP/1 by the first bytes of a connection
 * in clear, then makes room for the one that is spoken. The preface of HTTP/2 is no request of
 * HTTP/1, so nothing is ambiguous; what only begins like it waits for the rest.
 */
final class FirstBytes extends ChannelInboundHandlerAdapter {
  private static final byte[] PREFACE = preface();

  private final Protocols protocols;
  private final ClientSession session;
  private @Nullable ByteBuf waiting;

  FirstBytes(Protocols protocols, ClientSession session) {
    this.protocols = protocols;
    this.session = session;
  }

  private static byte[] preface() {
    ByteBuf preface = Http2CodecUtil.connectionPrefaceBuf();
    byte[] bytes = new byte[preface.readableBytes()];
    preface.readBytes(bytes);
    preface.release();
    return bytes;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    ByteBuf before = waiting;
    if (before != null) {
      before.writeBytes(bytes);
      bytes.release();
      bytes = before;
    }
    int matched = matched(bytes);
    if (matched == bytes.readableBytes() && matched < PREFACE.length) {
      if (before == null) {
        waiting = ctx.alloc().buffer(2048).writeBytes(bytes);
        bytes.release();
      }
      return;
    }
    waiting = null;
    if (matched == PREFACE.length) {
      protocols.http2(ctx.pipeline(), session);
    } else {
      protocols.http1(ctx.pipeline(), session);
    }
    ctx.fireChannelRead(bytes);
    ctx.pipeline().remove(this);
  }

  private static int matched(ByteBuf bytes) {
    int most = Math.min(PREFACE.length, bytes.readableBytes());
    int at = 0;
    while (at < most && bytes.getByte(bytes.readerIndex() + at) == PREFACE[at]) {
      at++;
    }
    return at;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (waiting != null) {
      waiting.release();
      waiting = null;
    }
  }
}
