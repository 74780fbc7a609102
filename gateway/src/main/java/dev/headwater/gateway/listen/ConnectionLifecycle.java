package dev.headwater.gateway.listen;

import dev.headwater.gateway.wire.Ticks;
import dev.headwater.routes.ListenerPolicy;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslCompletionEvent;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every accepted connection has, whatever is spoken on it: it is counted while it is open,
 * closed when nothing serves it in time, told of a drain, and its resets are counted and never
 * logged. Last of our handlers in the pipeline; those in front of it come and go. Confined to its
 * event loop.
 */
final class ConnectionLifecycle extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionLifecycle.class);

  /** How long handshakes go on after a drain began: a client would not know that it may retry. */
  private static final long DRAIN_GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ConnectionShared shared;
  private final ListenerPolicy policy;
  private final ListenerState state;
  private final Patience patience = new Patience();
  private @Nullable ChannelHandlerContext context;
  private @Nullable Served served;
  private long deadline;
  private boolean draining;
  private boolean resetSeen;

  /**
   * A connection that took its place in {@code state}.
   *
   * @param deadline when it is closed unless something serves it by then
   */
  ConnectionLifecycle(
      ConnectionShared shared, ListenerPolicy policy, ListenerState state, long deadline) {
    this.shared = shared;
    this.policy = policy;
    this.state = state;
    this.deadline = deadline;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    shared.ticks().join(patience);
    shared.loop().metrics().connectionOpened(policy.name());
  }

  /** A handshake went on: what comes next has until then. */
  void until(long next) {
    deadline = next;
  }

  /** From now on {@code protocol} minds the time itself. */
  void serve(Served protocol) {
    served = protocol;
    shared.ticks().leave(patience);
    if (draining) {
      protocol.drain();
    }
  }

  /** Asks the connection to end; one that nothing serves yet ends soon. */
  void drain() {
    draining = true;
    if (served != null) {
      served.drain();
    } else if (context != null) {
      long soon = shared.loop().now() + DRAIN_GRACE_NANOS;
      deadline = deadline - soon > 0 ? soon : deadline;
    }
  }

  private final class Patience extends Ticks.Member {
    @Override
    protected void heldUp(long nanos, long now) {
      deadline += nanos;
    }

    @Override
    protected void tick(long now) {
      if (context != null && now - deadline >= 0) {
        if (!draining) {
          shared.loop().metrics().failure("accept", "handshake_timeout");
        }
        context.close();
      }
    }
  }

  /** Events of TLS end here; its farewell means what the end of a plain connection's input does. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslCloseCompletionEvent) {
      if (!Boolean.TRUE.equals(
          ctx.channel().config().getOption(ChannelOption.ALLOW_HALF_CLOSURE))) {
        ctx.close();
      }
    } else if (!(event instanceof SslCompletionEvent)) {
      ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    shared.ticks().leave(patience);
    state.leave();
    shared.loop().metrics().connectionClosed(policy.name());
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // What breaks the protocol of TLS comes wrapped: a peer's fault like a reset.
    if (cause instanceof IOException || cause.getCause() instanceof SSLException) {
      if (!resetSeen) {
        resetSeen = true;
        shared.loop().metrics().clientReset();
      }
    } else {
      LOG.error("Connection of listener {} failed", policy.name(), cause);
    }
    ctx.close();
  }
}
