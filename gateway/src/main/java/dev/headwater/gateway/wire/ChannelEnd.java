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
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection whose bytes are passed on unread. Takes the place of the handler that read HTTP from
 * it, and takes over what that one had read and not used. Confined to its loop.
 */
public final class ChannelEnd extends ChannelInboundHandlerAdapter implements TunnelEnd {
  private static final Logger LOG = LoggerFactory.getLogger(ChannelEnd.class);

  /** Linux' number of the state that a reset leaves a socket in. */
  private static final int TCP_CLOSE = 7;

  private @Nullable ByteBuf before;
  private @Nullable ChannelHandlerContext context;
  private @Nullable Events events;
  private @Nullable Duration drainsWithin;
  private boolean inputOver;
  private boolean outputOver;
  private boolean reset;
  private boolean gone;
  private boolean renewing;

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

  /** Puts an end in front of the last handler of a connection that was just made. */
  public static ChannelEnd before(String last, Channel channel) {
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    ChannelEnd end = new ChannelEnd(null);
    channel.pipeline().addBefore(last, "tunnel", end);
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
    if (inputOver) {
      told.finished();
    }
    if (gone) {
      told.gone(reset);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    if (events == null) {
      // Whoever opens the other end has paused this one: it is what was under way.
      before = before == null ? bytes : Unpooled.wrappedBuffer(before, bytes);
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
    if (event instanceof SslCloseCompletionEvent farewell && farewell.isSuccess()) {
      inputEnded();
      // OpenSSL's engine has answered it, and writes nothing more.
      ctx.close();
    } else if (event instanceof ChannelInputShutdownEvent) {
      if (tls() == null) {
        inputEnded();
      } else if (!inputOver) {
        // Without a close_notify anybody on the way may have done it (RFC 8446 6.1).
        ctx.close();
      }
    }
    ctx.fireUserEventTriggered(event);
  }

  private @Nullable ChannelHandlerContext tls() {
    return context().pipeline().context(SslHandler.class);
  }

  /** A reset is an end of the input, too; what it really is follows at once. */
  private void inputEnded() {
    if (!inputOver && !reset) {
      pause();
      inputOver = true;
      if (events != null) {
        events.finished();
      }
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
    if (!inputOver && !gone && config.isAutoRead() != wanted) {
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
    if (!outputOver) {
      send();
    }
  }

  private void send() {
    if (gone || renewing) {
      return;
    }
    Channel channel = context().channel();
    ChannelOutboundBuffer queued = channel.unsafe().outboundBuffer();
    boolean idle = queued == null || queued.size() == 0;
    if (inputOver && idle && channel instanceof EpollSocketChannel) {
      renew(channel);
    } else {
      context().flush();
    }
  }

  /**
   * Netty (4.2.18) takes a socket whose input is over and whose output waits for nothing out of its
   * selector, and cannot put it back: a write that the kernel takes only a part of would close the
   * connection. A new registration stands until the next look of the selector, and as long as
   * something waits.
   */
  private void renew(Channel channel) {
    renewing = true;
    EventLoop loop = channel.eventLoop();
    channel
        .deregister()
        .addListener(
            gone ->
                loop.register(channel)
                    .addListener(
                        back -> {
                          renewing = false;
                          context().flush();
                        }));
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

  @Override
  public void cut() {
    if (!gone) {
      outputOver = true;
      behindWhatWasWritten(this::closeWithoutFarewell);
    }
  }

  /** Netty drops what still waits for the kernel when an output is shut down. */
  private void behindWhatWasWritten(Runnable then) {
    context()
        .write(Unpooled.EMPTY_BUFFER)
        .addListener((ChannelFutureListener) written -> then.run());
    send();
  }

  @Override
  public void reset() {
    if (!gone) {
      outputOver = true;
      context().channel().config().setOption(ChannelOption.SO_LINGER, 0);
      closeWithoutFarewell();
    }
  }

  /** A close_notify would tell the peer that it has all there was. */
  private void closeWithoutFarewell() {
    ChannelHandlerContext tls = tls();
    (tls == null ? context() : tls).close();
  }

  // The end.

  @Override
  public boolean broken() {
    if (gone || !(context().channel() instanceof EpollSocketChannel socket)) {
      return false;
    }
    int state = socket.tcpInfo().state();
    reset |= state == TCP_CLOSE;
    return reset;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException || cause.getCause() instanceof SSLException) {
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
