package dev.headwater.gateway.listen;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/** Ends of a connection that TLS has a part in. */
final class Endings {
  private Endings() {}

  /**
   * Tells the peer behind what was written that nothing more comes, and goes on reading. Netty
   * drops what still waits for the kernel when an output is shut down.
   */
  static void sendNoMore(ChannelHandlerContext context) {
    SslHandler tls = context.pipeline().get(SslHandler.class);
    ChannelFuture last =
        tls == null ? context.writeAndFlush(Unpooled.EMPTY_BUFFER) : tls.closeOutbound();
    last.addListener(sent -> shutdownOutput(context));
  }

  private static void shutdownOutput(ChannelHandlerContext context) {
    if (context.channel() instanceof DuplexChannel duplex) {
      duplex.shutdownOutput();
    }
  }

  /** Closes without the farewell of TLS, which would tell the peer that all was said. */
  static void cut(ChannelHandlerContext context) {
    ChannelHandlerContext tls = context.pipeline().context(SslHandler.class);
    (tls == null ? context : tls).close();
  }
}
