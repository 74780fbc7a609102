package dev.headwater.gateway.forward;

import dev.headwater.gateway.fail.GatewayFailure;
import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.gateway.pipeline.Bytes;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.ResponseHead;
import dev.headwater.gateway.wire.Http2Fields;
import dev.headwater.gateway.wire.Intake;
import dev.headwater.gateway.wire.Octets;
import dev.headwater.gateway.wire.ProtocolError;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response over HTTP/2.
 *
 * <p>Back-pressure is flow control: what the client's side has not taken is kept here, at most one
 * window of it, and the window is not opened again before it was taken. Of the request at most a
 * little more than {@link #FULL} bytes wait here for the upstream's window. Confined to its loop.
 */
final class Http2UpstreamStream implements UpstreamStream {
  /** Bytes of the request that wait here when the client is paused, and when it goes on. */
  private static final int FULL = 64 << 10;

  private static final int ROOMY = 32 << 10;

  /** A piece handed on when what was kept is taken: small enough to stop soon after a pause. */
  private static final int PIECE = 16 << 10;

  private static final int MAX_INFORMATIONAL = 16;

  private final Http2Upstream connection;
  private final Intake kept = new Intake();
  private @Nullable Call call;
  private @Nullable Http2Stream stream;
  private @Nullable Fields trailers;
  private int waiting;
  private int informational;
  private boolean requestWritten;
  private boolean headSeen;
  private boolean responseRead;
  private boolean paused;
  private boolean unflushed;

  Http2UpstreamStream(Http2Upstream connection, Call call) {
    this.connection = connection;
    this.call = call;
  }

  @Override
  public String remoteAddress() {
    return connection.remoteAddress();
  }

  @Override
  public int remotePort() {
    return connection.remotePort();
  }

  // The request.

  @Override
  public void head(Attempt attempt) {
    requestWritten = attempt.exchange().request().bodyLength() == 0;
    stream = connection.open(this, Http2Request.headers(attempt), requestWritten);
    if (stream == null) {
      // Whoever started the attempt is still at it.
      connection.later(() -> fail(new GatewayFailure.Unprocessed("goaway")));
    }
  }

  @Override
  public void data(Bytes piece) {
    ByteBuf bytes = Octets.of(piece);
    int length = bytes.readableBytes();
    if (stream == null || requestWritten || length == 0) {
      bytes.release();
      return;
    }
    waiting += length;
    connection.data(stream, bytes, false).addListener((ChannelFuture written) -> gone(length));
  }

  private void gone(int length) {
    waiting -= length;
    goOn();
  }

  /** Lets the client go on, when it was paused and there is room again. */
  void goOn() {
    Call current = call;
    if (current != null && waiting <= ROOMY && connection.writable()) {
      current.attempt().exchange().body().resume();
    }
  }

  @Override
  public void end(@Nullable Fields fields) {
    if (stream == null || requestWritten) {
      return;
    }
    requestWritten = true;
    if (fields == null) {
      connection.data(stream, Unpooled.EMPTY_BUFFER, true);
    } else {
      connection.trailers(stream, fields);
    }
  }

  @Override
  public void flush() {
    connection.flushSoon();
  }

  @Override
  public boolean writable() {
    return waiting < FULL && connection.writable();
  }

  // The response.

  /** A header list came: informational, the head, or trailers. */
  void headers(Http2Headers headers, boolean last) throws ProtocolError {
    Call current = call;
    if (current == null) {
      return;
    }
    Attempt attempt = current.attempt();
    attempt.firstByteIn(connection.now());
    if (headSeen) {
      trailers = Http2Fields.trailers(headers);
    } else {
      String method = attempt.exchange().request().method();
      ResponseHead head = Http2Response.head(headers, method, last);
      if (head.informational()) {
        if (last || head.status() == 101 || ++informational > MAX_INFORMATIONAL) {
          throw new ProtocolError(502, "informational", "a 101, a last 1xx, or a flood of them");
        }
        attempt.sink().informational(attempt, head);
        return;
      }
      headSeen = true;
      attempt.answered(head);
      attempt.sink().head(attempt, head);
    }
    touched();
    responseRead = last;
    completeIfTaken();
  }

  /**
   * A piece of the body came.
   *
   * @return how many of its bytes were taken at once
   */
  int data(ByteBuf bytes, boolean last) throws ProtocolError {
    Call current = call;
    int length = bytes.readableBytes();
    if (current == null) {
      return length;
    }
    if (!headSeen) {
      throw new ProtocolError(502, "response_head", "a body comes without a head");
    }
    boolean taken = length == 0 || (!paused && kept.isEmpty());
    if (!taken) {
      kept.add(connection.allocator(), bytes.retain());
    } else if (length > 0) {
      current.attempt().sink().data(current.attempt(), new Octets(bytes.retain()));
      touched();
    }
    responseRead = last;
    completeIfTaken();
    return taken ? length : 0;
  }

  private void touched() {
    if (!unflushed) {
      unflushed = true;
      connection.touched(this);
    }
  }

  /** Nothing more comes for now. */
  void flushResponse() {
    Call current = call;
    if (unflushed && current != null) {
      current.attempt().sink().flush(current.attempt());
    }
    unflushed = false;
  }

  @Override
  public void pause() {
    paused = true;
  }

  @Override
  public void resume() {
    if (paused) {
      paused = false;
      if (!kept.isEmpty()) {
        connection.later(this::takeKept);
      }
    }
  }

  private void takeKept() {
    int taken = 0;
    ByteBuf bytes = kept.bytes();
    Call current = call;
    while (current != null && bytes != null && !paused) {
      int length = Math.min(bytes.readableBytes(), PIECE);
      taken += length;
      unflushed = true;
      current.attempt().sink().data(current.attempt(), new Octets(bytes.readRetainedSlice(length)));
      current = call;
      bytes = kept.bytes();
    }
    kept.trim();
    if (stream != null) {
      connection.taken(stream, taken);
    }
    flushResponse();
    completeIfTaken();
  }

  private void completeIfTaken() {
    Call current = call;
    if (current == null || !responseRead || !kept.isEmpty()) {
      return;
    }
    call = null;
    unflushed = false;
    Attempt attempt = current.attempt();
    attempt.canceller(null);
    attempt.exchange().body().detach();
    attempt.complete(connection.now());
    if (!requestWritten) {
      reset(); // The rest of the request would be of no use.
    }
    attempt.sink().end(attempt, trailers);
  }

  // The end.

  @Override
  public void abandon() {
    call = null;
    kept.clear();
    reset();
  }

  private void reset() {
    requestWritten = true;
    if (stream != null) {
      connection.reset(stream);
    }
  }

  /** The upstream reset the stream. */
  void wasReset(long code) {
    boolean unprocessed = code == Http2Error.REFUSED_STREAM.code() && !headSeen;
    over(unprocessed ? new GatewayFailure.Unprocessed("refused_stream") : broken(false));
  }

  /** The stream is gone; {@code why}, unless its response was complete. */
  void over(GatewayFailure why) {
    stream = null;
    requestWritten = true;
    if (!responseRead) {
      fail(why);
    }
  }

  /**
   * What it is when the stream breaks.
   *
   * @param all whether the connection breaks, which pooled ones do between two requests
   */
  GatewayFailure broken(boolean all) {
    Call current = call;
    if (current == null) {
      return new GatewayFailure.Reset(true, headSeen, false);
    }
    Attempt attempt = current.attempt();
    boolean stale = all && attempt.firstByteIn() == 0 && attempt.reused();
    return new GatewayFailure.Reset(current.sent(), headSeen, stale);
  }

  /** Breaks the attempt, if it is not over. */
  void fail(GatewayFailure why) {
    Call current = call;
    call = null;
    kept.clear();
    if (current != null) {
      current.fail(why);
    }
  }
}
