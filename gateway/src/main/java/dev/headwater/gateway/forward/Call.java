package dev.headwater.gateway.forward;

import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.gateway.pipeline.BodySink;
import dev.headwater.gateway.pipeline.BodySource;
import dev.headwater.gateway.pipeline.Bytes;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Failure;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.Loop;
import dev.headwater.gateway.pipeline.RequestHead;
import dev.headwater.gateway.wire.HeadBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One attempt on its way through a pool and a connection: sends the request, takes the body from
 * the client, and lets go when the attempt is cancelled. Confined to its loop.
 */
final class Call implements BodySink, Attempt.Canceller {
  private final Attempt attempt;
  private final Exchange exchange;
  private final Loop loop;
  private @Nullable UpstreamConnection connection;
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
  void start(UpstreamConnection ready, boolean pooled) {
    connection = ready;
    waitsIn = null;
    long now = loop.now();
    attempt.connected(now, pooled);
    if (pooled) {
      attempt.poolWaited(now);
    }
    attempt.remote(ready.remoteAddress(), ready.remotePort());
    RequestHead request = exchange.request();
    boolean chunked = request.bodyLength() == RequestHead.CHUNKED;
    ready.writer().head(head(ready, request, chunked), chunked);
    attempt.firstByteOut(now);
    exchange.body().attach(this);
    ready.writer().flush();
  }

  private HeadBuffer head(UpstreamConnection ready, RequestHead request, boolean chunked) {
    String host = attempt.upstream().host();
    HeadBuffer out =
        ready
            .scratch()
            .clear()
            .requestLine(
                request.method(),
                request.upstreamTarget(),
                host == null ? request.authority() : host);
    out.fields(exchange.outgoing());
    out.fields(attempt.injected());
    if (chunked) {
      out.chunked();
    } else if (request.bodyLength() > 0 || expectsLength(request.method())) {
      out.contentLength(request.bodyLength());
    }
    return out.crlf();
  }

  /** Methods whose meaning anticipates content send a length of 0 too (RFC 9110 8.6). */
  private static boolean expectsLength(String method) {
    return method.equals("POST") || method.equals("PUT") || method.equals("PATCH");
  }

  @Override
  public void data(Bytes piece) {
    if (connection == null || cancelled) {
      piece.release();
      return;
    }
    connection.writer().data(piece);
  }

  @Override
  public void end(@Nullable Fields trailers) {
    sent = true;
    if (connection != null && !cancelled) {
      connection.writer().end(trailers, connection.scratch());
      connection.writer().flush();
    }
  }

  @Override
  public void flush() {
    if (connection != null && !cancelled) {
      connection.writer().flush();
    }
  }

  @Override
  public boolean writable() {
    return connection != null && connection.writable();
  }

  @Override
  public void cancel() {
    cancelled = true;
    exchange.body().detach();
    if (connection != null) {
      connection.abandon();
    } else if (waitsIn != null) {
      waitsIn.leave(this);
    }
  }

  @Override
  public BodySource response() {
    return connection == null ? NOTHING : connection;
  }

  private static final BodySource NOTHING =
      new BodySource() {
        @Override
        public void pause() {}

        @Override
        public void resume() {}
      };
}
