package dev.headwater.gateway.forward;

import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.gateway.pipeline.BodySink;
import dev.headwater.gateway.pipeline.BodySource;
import dev.headwater.gateway.pipeline.Bytes;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Failure;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.Loop;
import org.jspecify.annotations.Nullable;

/**
 * One attempt on its way through a pool and over a stream of a connection: sends the request, takes
 * the body from the client, and lets go when the attempt is cancelled. Confined to its loop.
 */
final class Call implements BodySink, Attempt.Canceller {
  private final Attempt attempt;
  private final Exchange exchange;
  private final Loop loop;
  private @Nullable UpstreamStream stream;
  private @Nullable EndpointPool waitsIn;
  private boolean cancelled;
  private boolean sent;

  Call(Attempt attempt) {
    this.attempt = attempt;
    this.exchange = attempt.exchange();
    this.loop = exchange.loop();
  }

  Attempt attempt() {
    return attempt;
  }

  /**
   * Whether a connection of its own is better: one that becomes a tunnel never comes back, and what
   * meets one that had gone stale is not sent again.
   */
  boolean wantsNew() {
    return exchange.upgrade() != null;
  }

  boolean cancelled() {
    return cancelled;
  }

  /** Whether the request has been written whole. */
  boolean sent() {
    return sent;
  }

  /** No connection is free, and there is no room for another one. */
  void waits(EndpointPool pool) {
    waitsIn = pool;
  }

  /** No pooled connection was free. */
  void connecting() {
    waitsIn = null;
    long now = loop.now();
    attempt.poolWaited(now);
    attempt.connectStarted(now);
  }

  /** The endpoint's name was looked up. */
  void resolved() {
    attempt.resolved(loop.now());
  }

  /** TCP is connected, and TLS begins. */
  void reached() {
    attempt.tlsStarted(loop.now());
  }

  /** The attempt breaks before or inside its response. */
  void fail(Failure why) {
    if (cancelled) {
      return;
    }
    cancelled = true;
    attempt.canceller(null);
    exchange.body().detach();
    attempt.sink().failed(attempt, why);
  }

  /** A connection is ours: writes the head, then whatever body is there. */
  void start(UpstreamStream ready, boolean pooled) {
    stream = ready;
    waitsIn = null;
    long now = loop.now();
    attempt.connected(now, pooled);
    if (pooled) {
      attempt.poolWaited(now);
    }
    attempt.remote(ready.remoteAddress(), ready.remotePort());
    ready.head(attempt);
    attempt.firstByteOut(now);
    exchange.body().attach(this);
    ready.flush();
  }

  @Override
  public void data(Bytes piece) {
    if (stream == null || cancelled) {
      piece.release();
      return;
    }
    stream.data(piece);
  }

  @Override
  public void end(@Nullable Fields trailers) {
    sent = true;
    if (stream != null && !cancelled) {
      stream.end(trailers);
      stream.flush();
    }
  }

  @Override
  public void flush() {
    if (stream != null && !cancelled) {
      stream.flush();
    }
  }

  @Override
  public boolean writable() {
    return stream != null && stream.writable();
  }

  @Override
  public void cancel() {
    cancelled = true;
    exchange.body().detach();
    if (stream != null) {
      stream.abandon();
    } else if (waitsIn != null) {
      waitsIn.leave(this);
    }
  }

  @Override
  public BodySource response() {
    return stream == null ? NOTHING : stream;
  }

  private static final BodySource NOTHING =
      new BodySource() {
        @Override
        public void pause() {}

        @Override
        public void resume() {}
      };
}
