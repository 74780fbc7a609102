package dev.headwater.gateway.listen;

import dev.headwater.gateway.fail.GatewayFailure;
import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.gateway.pipeline.BodySource;
import dev.headwater.gateway.pipeline.Bytes;
import dev.headwater.gateway.pipeline.ClientStream;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.GrpcStatus;
import dev.headwater.gateway.pipeline.Loop;
import dev.headwater.gateway.pipeline.RequestBody;
import dev.headwater.gateway.pipeline.RequestHead;
import dev.headwater.gateway.pipeline.ResponseHead;
import dev.headwater.gateway.pipeline.Timeline;
import dev.headwater.gateway.wire.Http2Fields;
import dev.headwater.gateway.wire.Octets;
import dev.headwater.gateway.wire.Ticks;
import dev.headwater.routes.Endpoint;
import dev.headwater.routes.Limits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request of an HTTP/2 connection: reads its body into the exchange, writes the response, and
 * ends the exchange when the stream closes. What arrives while nobody takes it waits here, at most
 * one stream window of it. Confined to the connection's loop.
 */
final class Http2Client extends Ticks.Member implements ClientStream, BodySource {
  /**
   * How long a request is thrown away whose response did not wait for it; then its client is told
   * to stop (RFC 9113 8.1).
   */
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Http2ClientConnection connection;
  private final Http2Stream stream;
  private final Exchange exchange;
  private final boolean headOnly;

  private final BodyPace pace = new BodyPace();

  private @Nullable ArrayDeque<ByteBuf> waiting;
  private @Nullable Fields trailers;
  private boolean paused;
  private boolean received;
  private boolean uploaded;
  private long limitLeft;
  private long lastRead;

  private @Nullable Http2Headers head;

  /** The last piece so far: whether it ends the response is known a moment later. */
  private @Nullable ByteBuf held;

  private @Nullable ChannelFuture sent;
  private boolean started;
  private boolean bodiless;
  private boolean over;
  private int window;
  private long stalledSince;
  private long lingersUntil;

  Http2Client(Http2ClientConnection connection, Http2Stream stream, CheckedRequest request) {
    this.connection = connection;
    this.stream = stream;
    RequestHead asked = request.head();
    this.headOnly = asked.method().equals("HEAD");
    this.limitLeft = connection.policy().limits().bodyBytes();
    this.lastRead = connection.lastRead();
    this.stalledSince = lastRead;
    this.exchange = exchange(asked);
    if (request.refusal() != null) {
      exchange.refuse(request.refusal());
    }
  }

  private Exchange exchange(RequestHead asked) {
    ConnectionShared shared = connection.shared();
    Timeline timeline = new Timeline();
    if (connection.first()) {
      timeline.accepted(connection.session().acceptedAt());
    }
    timeline.arrived(lastRead);
    timeline.headRead(shared.loop().now());
    if (asked.bodyLength() == 0) {
      timeline.requestEnd(timeline.headRead());
    }
    return new Exchange(
        shared.loop(),
        shared.snapshots().get(),
        connection.policy(),
        connection.session(),
        asked,
        new RequestBody(this, asked.bodyLength() == 0),
        this,
        timeline,
        shared.exits());
  }

  /** Hands the request to the path. */
  void begin(boolean endOfStream) {
    received = endOfStream;
    pace.begin(connection.limits(), lastRead);
    uploaded = exchange.request().bodyLength() == 0;
    CallerAddress.believe(exchange);
    Misdirection.refuse(exchange, connection.tls());
    connection.shared().ticks().join(this);
    connection.shared().path().handle(exchange);
  }

  // The request's body.

  /** The next piece; returns how many of its bytes are done with. */
  int data(ByteBuf data, boolean endOfStream) {
    int length = data.readableBytes();
    lastRead = connection.lastRead();
    received |= endOfStream;
    limitLeft -= length;
    if (uploaded || exchange.over()) {
      return length;
    }
    if (limitLeft < 0) {
      uploaded = true;
      exchange.abandon(
          new GatewayFailure.Refused(
              413, "body_too_large", "the request body is larger than this listener takes"));
      return length;
    }
    if (paused || waiting != null) {
      waiting = waiting == null ? new ArrayDeque<>() : waiting;
      waiting.add(data.retain());
      return 0;
    }
    if (length > 0) {
      exchange.body().data(new Octets(data.retain()));
    }
    complete();
    return length;
  }

  /** The body ends with a second block of headers. */
  void lastBlock(@Nullable Fields found) {
    lastRead = connection.lastRead();
    received = true;
    trailers = found;
    if (waiting == null) {
      complete();
    }
    flushUpload();
  }

  private void complete() {
    if (received && !uploaded) {
      uploaded = true;
      exchange.timeline().requestEnd(loop().now());
      exchange.body().end(trailers);
    }
  }

  void flushUpload() {
    if (!exchange.over()) {
      exchange.body().flush();
    }
  }

  private Loop loop() {
    return connection.shared().loop();
  }

  @Override
  public void pause() {
    paused = true;
  }

  @Override
  public void resume() {
    if (paused) {
      paused = false;
      lastRead = loop().now();
      // Not from inside of whoever takes the body, who is not called back into.
      connection.context().executor().execute(this::goOn);
    }
  }

  private void goOn() {
    ArrayDeque<ByteBuf> pieces = waiting;
    while (pieces != null && !paused && !exchange.over()) {
      ByteBuf piece = pieces.poll();
      if (piece == null) {
        waiting = null;
        complete();
        break;
      }
      int length = piece.readableBytes();
      exchange.body().data(new Octets(piece));
      connection.consumed(stream, length);
    }
    flushUpload();
  }

  // The response.

  @Override
  public void informational(ResponseHead informational) {
    if (!started && !gone()) {
      write(headers(informational), false);
      connection.flushSoon();
    }
  }

  private static Http2Headers headers(ResponseHead response) {
    Http2Headers headers = Http2Fields.unchecked(16);
    headers.status(Integer.toString(response.status()));
    Http2Fields.write(response.fields(), headers);
    return headers;
  }

  @Override
  public void head(ResponseHead response) {
    if (started || gone()) {
      return;
    }
    started = true;
    bodiless = headOnly || response.bodiless();
    Http2Headers headers = headers(response);
    if (response.bodyLength() >= 0 && response.status() != 204) {
      headers.add("content-length", Long.toString(response.bodyLength()));
    }
    head = headers;
  }

  private ChannelFuture write(Http2Headers headers, boolean endOfStream) {
    return connection
        .encoder()
        .writeHeaders(connection.context(), stream.id(), headers, 0, endOfStream, promise());
  }

  private ChannelPromise promise() {
    return connection.context().newPromise();
  }

  private void writeHead() {
    Http2Headers headers = head;
    if (headers != null) {
      head = null;
      write(headers, false);
    }
  }

  @Override
  public void data(Bytes piece) {
    if (gone() || bodiless || piece.length() == 0) {
      piece.release();
      return;
    }
    writeHeld();
    held = Octets.of(piece);
  }

  private void writeHeld() {
    writeHead();
    if (held != null) {
      ChannelFuture unused = writeData(held, false);
      held = null;
    }
  }

  private ChannelFuture writeData(ByteBuf piece, boolean endOfStream) {
    connection.earn();
    return connection
        .encoder()
        .writeData(connection.context(), stream.id(), piece, 0, endOfStream, promise());
  }

  @Override
  public void flush() {
    if (!gone()) {
      writeHeld();
      connection.flushSoon();
    }
  }

  @Override
  public void end(@Nullable Fields found) {
    if (gone()) {
      return;
    }
    over = true;
    ChannelFuture last = found == null ? endOfData() : endOfTrailers(found);
    sent = last;
    connection.flushSoon();
    last.addListener(
        written -> {
          if (written.isSuccess()) {
            delivered();
          } else {
            lost();
          }
        });
  }

  private ChannelFuture endOfData() {
    Http2Headers unsent = head;
    if (unsent != null && held == null) {
      head = null;
      return write(unsent, true);
    }
    writeHead();
    ByteBuf piece = held == null ? Unpooled.EMPTY_BUFFER : held;
    held = null;
    return writeData(piece, true);
  }

  private ChannelFuture endOfTrailers(Fields found) {
    writeHeld();
    return write(trailers(found), true);
  }

  private static Http2Headers trailers(Fields found) {
    Http2Headers headers = Http2Fields.unchecked(4);
    Http2Fields.write(found, headers);
    return headers;
  }

  /** The kernel has the last byte. A client that still sends has a while to notice. */
  private void delivered() {
    exchange.finish();
    lingersUntil = loop().now() + LINGER_NANOS;
  }

  @Override
  public boolean writable() {
    return !gone() && flow().isWritable(stream);
  }

  private Http2RemoteFlowController flow() {
    return connection.encoder().flowController();
  }

  /** The client takes more again. */
  void drained() {
    exchange.drained();
  }

  @Override
  public void abort() {
    if (!gone()) {
      over = true;
      head = null;
      exchange.finish();
      connection.reset(stream, Http2Error.INTERNAL_ERROR);
    }
  }

  @Override
  public boolean started() {
    return started;
  }

  private boolean gone() {
    return over || exchange.over();
  }

  // Time and the end.

  @Override
  protected void tick(long now) {
    if (exchange.over()) {
      if (!received && lingersUntil != 0 && now - lingersUntil >= 0) {
        lingersUntil = 0;
        connection.reset(stream, Http2Error.NO_ERROR);
      }
      return;
    }
    Limits limits = connection.limits();
    // Once the response has begun, a silent client is one side of a conversation.
    boolean wanted = !received && !paused && !started;
    boolean tooSlow =
        converses()
            ? wanted && now - lastRead >= exchange.requireRoute().timeouts().idle().toNanos()
            : pace.tooSlow(exchange, limits, wanted, lastRead, now);
    if (tooSlow) {
      uploaded = true;
      exchange.abandon(new GatewayFailure.ClientTooSlow("send"));
    } else if (stalled(now, limits.sendIdle().toNanos())) {
      exchange.clientGone(new GatewayFailure.ClientTooSlow("receive"));
      connection.reset(stream, Http2Error.CANCEL);
    } else {
      exchange.tick(now);
    }
  }

  @Override
  protected void heldUp(long nanos, long now) {
    lastRead = moved(lastRead, nanos, now);
    stalledSince = moved(stalledSince, nanos, now);
    pace.heldUp(nanos);
    exchange.heldUp(nanos, now);
  }

  /**
   * Whether it is a gRPC call under way to an endpoint of HTTP/2: its client may have nothing to
   * say for long, and an upstream's stream costs little. Elsewhere each request holds a connection.
   */
  private boolean converses() {
    List<Attempt> attempts = exchange.attempts();
    Endpoint endpoint = attempts.isEmpty() ? null : attempts.get(attempts.size() - 1).endpoint();
    return endpoint != null
        && endpoint.protocol() != Endpoint.Protocol.HTTP
        && GrpcStatus.asked(exchange.request().fields());
  }

  /** Whether something waits for the client's window, which has stayed the same for so long. */
  private boolean stalled(long now, long patience) {
    int open = flow().windowSize(stream);
    if (!flow().hasFlowControlled(stream) || open != window) {
      window = open;
      stalledSince = now;
      return false;
    }
    return now - stalledSince >= patience;
  }

  /** Whether the client has sent all of its request. */
  boolean received() {
    return received;
  }

  /**
   * The stream is closed, be it a moment before its last write is known to be done.
   *
   * @param reset whether somebody gave up
   */
  void closed(boolean reset) {
    connection.shared().ticks().leave(this);
    if (waiting != null) {
      waiting.forEach(ByteBuf::release);
      waiting = null;
    }
    if (held != null) {
      held.release();
      held = null;
    }
    if (reset || sent == null) {
      lost();
    }
  }

  private void lost() {
    exchange.clientGone(new GatewayFailure.ClientGone(started || received ? "receive" : "send"));
  }
}
