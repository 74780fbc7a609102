package dev.headwater.gateway.listen;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/** Ends of a connection that TLS has a part in. */
final class Endings {
  private Endings() {}

  /** Tells the peer that nothing more comes, and goes on reading. */
  static void sendNoMore(ChannelHandlerContext context) {
    SslHandler tls = context.pipeline().get(SslHandler.class);
    if (tls == null) {
      shutdownOutput(context);
    } else {
      tls.closeOutbound().addListener(sent -> shutdownOutput(context));
    }
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
