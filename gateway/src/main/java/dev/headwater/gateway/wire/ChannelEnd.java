package dev.headwater.gateway.wire;

import dev.headwater.gateway.pipeline.Bytes;
import dev.headwater.gateway.pipeline.TunnelEnd;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection whose bytes are passed on unread. Takes the place of the handler that read HTTP from
 * it, and takes over what that one had read and not used. Confined to its loop.
 */
public final class ChannelEnd extends ChannelInboundHandlerAdapter implements TunnelEnd {
  private static final Logger LOG = LoggerFactory.getLogger(ChannelEnd.class);

  private @Nullable ByteBuf before;
  private @Nullable ChannelHandlerContext context;
  private @Nullable Events events;
  private @Nullable Duration drainsWithin;
  private boolean inputOver;
  private boolean outputOver;
  private boolean reset;
  private boolean gone;

  private ChannelEnd(@Nullable ByteBuf before) {
    this.before = before;
  }

  /**
   * Puts an end in the place of a handler whose connection is open.
   *
   * @param reader read HTTP until now
   * @param unused what it had read and not used; taken over
   */
  public static ChannelEnd inPlaceOf(ChannelHandler reader, Channel channel, Intake unused) {
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    ChannelEnd end = new ChannelEnd(unused.take());
    channel.pipeline().replace(reader, "tunnel", end);
    return end;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  private ChannelHandlerContext context() {
    if (context == null) {
      throw new IllegalStateException("context: not added to a pipeline yet");
    }
    return context;
  }

  // Reading.

  @Override
  public void open(Events told) {
    events = told;
    ByteBuf waiting = before;
    before = null;
    // Whoever read HTTP here may have paused it; whoever takes these bytes may do it again.
    resume();
    if (drainsWithin != null) {
      told.drain(drainsWithin);
    }
    if (waiting != null) {
      told.data(new Octets(waiting));
      told.flush();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    if (events == null) {
      bytes.release();
    } else {
      events.data(new Octets(bytes));
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (events != null) {
      events.flush();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (events != null && ctx.channel().isWritable()) {
      events.writable();
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
      inputEnded();
    }
    ctx.fireUserEventTriggered(event);
  }

  /** A reset is an end of the input, too; what it really is follows at once. */
  private void inputEnded() {
    if (!inputOver && !reset && events != null) {
      inputOver = true;
      events.finished();
    }
  }

  @Override
  public void pause() {
    autoRead(false);
  }

  @Override
  public void resume() {
    autoRead(true);
  }

  private void autoRead(boolean wanted) {
    var config = context().channel().config();
    if (config.isAutoRead() != wanted) {
      config.setAutoRead(wanted);
    }
  }

  /** Asks for the end of a tunnel; told on to whoever runs it. */
  public void drain(Duration within) {
    drainsWithin = within;
    if (events != null) {
      events.drain(within);
    }
  }

  // Writing.

  @Override
  public void data(Bytes piece) {
    ByteBuf bytes = Octets.of(piece);
    if (outputOver || gone) {
      bytes.release();
    } else {
      context().write(bytes, context().voidPromise());
    }
  }

  @Override
  public void flush() {
    if (!outputOver && !gone) {
      context().flush();
    }
  }

  @Override
  public boolean writable() {
    return outputOver || context().channel().isWritable();
  }

  @Override
  public void finish() {
    if (outputOver || gone) {
      return;
    }
    outputOver = true;
    behindWhatWasWritten(this::shutdownOutput);
  }

  /** With TLS the peer is told in its terms first: a FIN alone would look like an attack. */
  private void shutdownOutput() {
    Channel channel = context().channel();
    if (!(channel instanceof DuplexChannel duplex)) {
      channel.close();
      return;
    }
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      duplex.shutdownOutput();
    } else {
      tls.closeOutbound().addListener(told -> duplex.shutdownOutput());
    }
  }

  @Override
  public void close() {
    if (!gone) {
      outputOver = true;
      behindWhatWasWritten(() -> context().close());
    }
  }

  /** Netty drops what still waits for the kernel when an output is shut down. */
  private void behindWhatWasWritten(Runnable then) {
    context()
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener((ChannelFutureListener) written -> then.run());
  }

  @Override
  public void reset() {
    if (!gone) {
      outputOver = true;
      context().channel().config().setOption(ChannelOption.SO_LINGER, 0);
      context().close();
    }
  }

  // The end.

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException || cause.getCause() instanceof IOException) {
      reset = true;
    } else {
      LOG.error("Connection of a tunnel failed", cause);
    }
    ctx.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    gone = true;
    if (before != null) {
      before.release();
      before = null;
    }
    if (events != null) {
      events.gone(reset);
    }
    ctx.fireChannelInactive();
  }
}
