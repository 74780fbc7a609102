package dev.headwater.gateway.forward;

import dev.headwater.gateway.fail.GatewayFailure;
import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.gateway.pipeline.Bytes;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.Loop;
import dev.headwater.gateway.pipeline.RequestHead;
import dev.headwater.gateway.pipeline.ResponseHead;
import dev.headwater.gateway.wire.BodyReader;
import dev.headwater.gateway.wire.HeadReader;
import dev.headwater.gateway.wire.Intake;
import dev.headwater.gateway.wire.MessageWriter;
import dev.headwater.gateway.wire.Octets;
import dev.headwater.gateway.wire.ProtocolError;
import dev.headwater.gateway.wire.Ticks;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/1.1 connection to an endpoint, serving one call at a time.
 *
 * <p>It goes back to its pool only when the request was written whole and the response read whole;
 * bytes that come while it is idle, or behind a response, close it. Confined to its loop.
 */
final class Http1Upstream extends ChannelInboundHandlerAdapter
    implements UpstreamConnection, UpstreamStream {
  private static final Logger LOG = LoggerFactory.getLogger(Http1Upstream.class);

  private static final int MAX_HEAD = 64 << 10;
  private static final int MAX_INFORMATIONAL = 16;

  private final EndpointPool pool;
  private final boolean secured;
  private final Loop loop;
  private final HeadReader heads = HeadReader.ofResponses(MAX_HEAD, 8 << 10);
  private final BodyReader bodies = new BodyReader();
  private final Answer answer = new Answer();
  private final Age age = new Age();

  private @Nullable ChannelHandlerContext context;
  private @Nullable MessageWriter writer;
  private String remoteAddress = "";
  private int remotePort;

  private final Intake input = new Intake();
  private @Nullable Call call;
  private ResponseReader.@Nullable Read switching;
  private boolean headSeen;
  private boolean keepAlive;
  private boolean bodyDone;
  private boolean paused;
  private boolean reading;
  private boolean served;
  private boolean listed;
  private boolean ended;
  private boolean goodbye;
  private boolean answered;
  private boolean gone;
  private int informational;
  private long restsSince;

  /**
   * A connection that is made.
   *
   * @param secured whether it stands on TLS
   */
  Http1Upstream(EndpointPool pool, boolean secured) {
    this.pool = pool;
    this.secured = secured;
    this.loop = pool.loop();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    writer = new MessageWriter(added);
    if (added.channel().remoteAddress() instanceof InetSocketAddress address) {
      remoteAddress = address.getAddress().getHostAddress();
      remotePort = address.getPort();
    }
    pool.ticks().join(age);
  }

  private ChannelHandlerContext context() {
    if (context == null) {
      throw new IllegalStateException("context: not added to a pipeline yet");
    }
    return context;
  }

  private MessageWriter writer() {
    if (writer == null) {
      throw new IllegalStateException("writer: not added to a pipeline yet");
    }
    return writer;
  }

  @Override
  public String remoteAddress() {
    return remoteAddress;
  }

  @Override
  public int remotePort() {
    return remotePort;
  }

  @Override
  public int room() {
    return context().channel().isActive() && call == null ? 1 : 0;
  }

  @Override
  public boolean shared() {
    return false;
  }

  @Override
  public boolean listed() {
    return listed;
  }

  @Override
  public void listed(boolean now) {
    listed = now;
  }

  @Override
  public void start(Call next, boolean pooled) {
    call = next;
    headSeen = false;
    bodyDone = false;
    informational = 0;
    next.start(this, pooled && served);
    served = true;
  }

  @Override
  public void rest() {
    restsSince = loop.now();
  }

  /** Closes an idle connection that has grown old. */
  private final class Age extends Ticks.Member {
    @Override
    protected void heldUp(long nanos, long now) {
      restsSince = restsSince == 0 ? 0 : moved(restsSince, nanos, now);
    }

    @Override
    protected void tick(long now) {
      if (call == null && restsSince != 0 && now - restsSince >= pool.idleNanos()) {
        close();
      }
    }
  }

  // Writing.

  @Override
  public void head(Attempt attempt) {
    boolean chunked = attempt.exchange().request().bodyLength() == RequestHead.CHUNKED;
    writer().head(Http1Request.head(pool.scratch(), attempt), chunked);
  }

  @Override
  public void data(Bytes piece) {
    writer().data(piece);
  }

  @Override
  public void end(@Nullable Fields trailers) {
    writer().end(trailers, pool.scratch());
    if (switching != null) {
      resume();
    }
  }

  @Override
  public void flush() {
    writer().flush();
  }

  @Override
  public boolean writable() {
    return context().channel().isWritable();
  }

  // Reading.

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    Call current = call;
    if (current == null) {
      bytes.release();
      close();
      return;
    }
    current.attempt().firstByteIn(loop.now());
    answered = true;
    input.add(ctx.alloc(), bytes);
    read();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    flushResponse();
  }

  private void flushResponse() {
    Call current = call;
    if (current != null && headSeen) {
      current.attempt().sink().flush(current.attempt());
    }
  }

  /** Reads what came while paused; no end of a socket's read will follow and flush it. */
  private void goOn() {
    read();
    flushResponse();
  }

  private void read() {
    if (reading) {
      return;
    }
    reading = true;
    try {
      ByteBuf bytes = input.bytes();
      while (call != null && bytes != null && !paused && step(bytes)) {
        // Each step reads one head, or a part of the body.
        bytes = input.bytes();
      }
    } catch (ProtocolError e) {
      broke(new GatewayFailure.BadResponse(e.detail()));
    } finally {
      reading = false;
    }
    input.trim();
    if (switching != null) {
      switchProtocols(switching);
    } else if (bodyDone) {
      complete();
    } else if (ended && !paused) {
      closed();
    }
  }

  private boolean step(ByteBuf in) throws ProtocolError {
    if (bodyDone || switching != null) {
      return false;
    }
    if (!headSeen) {
      int length = heads.scan(in);
      if (length == HeadReader.INCOMPLETE) {
        return false;
      }
      head(in, length);
      return true;
    }
    int before = in.readableBytes();
    bodies.read(in, answer);
    return in.readableBytes() < before;
  }

  private void head(ByteBuf in, int length) throws ProtocolError {
    Call current = call;
    if (current == null) {
      return;
    }
    Attempt attempt = current.attempt();
    String method = attempt.exchange().request().method();
    ResponseReader.Read read = ResponseReader.read(in, length, method, bodies);
    ResponseHead head = read.head();
    if (Switch.answers(attempt.exchange(), read)) {
      switching = read;
      return;
    }
    if (head.informational()) {
      if (head.status() == 101 || ++informational > MAX_INFORMATIONAL) {
        throw new ProtocolError(502, "informational", "an unasked 101, or a flood of 1xx");
      }
      attempt.sink().informational(attempt, head);
      return;
    }
    headSeen = true;
    keepAlive = read.keepAlive();
    Switch.wanted(attempt.exchange(), read);
    attempt.answered(head);
    attempt.sink().head(attempt, head);
    if (call == current && bodies.done()) {
      bodyDone = true;
      answer.trailers = null;
    }
  }

  /** The body of the response in progress, as the reader finds it. */
  private final class Answer implements BodyReader.Taker {
    private @Nullable Fields trailers;

    @Override
    public void data(Octets piece) {
      Call current = call;
      if (current == null) {
        piece.release();
        return;
      }
      current.attempt().sink().data(current.attempt(), piece);
    }

    @Override
    public void end(@Nullable Fields found) {
      trailers = found;
      bodyDone = true;
    }

    @Override
    public boolean taking() {
      return !paused && call != null;
    }
  }

  /** The response is whole: gives the connection back first, so that what follows finds it. */
  private void complete() {
    Call current = call;
    if (current == null) {
      return;
    }
    bodyDone = false;
    call = null;
    boolean reusable = keepAlive && current.sent() && input.isEmpty() && !ended;
    Fields trailers = answer.trailers;
    Attempt attempt = current.attempt();
    attempt.canceller(null);
    attempt.exchange().body().detach();
    attempt.complete(loop.now());
    if (reusable && context().channel().isActive()) {
      autoRead(
          true); // its last piece may have paused it, and the next response must not wait for that
      pool.free(this);
    } else {
      release();
      close();
    }
    attempt.sink().end(attempt, trailers);
  }

  /**
   * The upstream speaks another protocol from here on. A request that is still on its way is sent
   * whole first, since the client may not change what it speaks within it (RFC 9110 7.8).
   */
  private void switchProtocols(ResponseReader.Read read) {
    Call current = call;
    if (current == null) {
      return;
    }
    if (ended) {
      closed();
    } else if (current.sent()) {
      call = null;
      left();
      new Switch(current.attempt(), read, pool).to(this, context().channel(), input);
    } else {
      autoRead(false);
    }
  }

  private void broke(GatewayFailure why) {
    Call current = call;
    call = null;
    close();
    release();
    if (current != null) {
      current.fail(why);
    }
  }

  @Override
  public void pause() {
    if (!paused) {
      autoRead(false);
    }
  }

  private void autoRead(boolean wanted) {
    paused = !wanted;
    var config = context().channel().config();
    if (config.isAutoRead() != wanted) {
      config.setAutoRead(wanted);
    }
  }

  @Override
  public void resume() {
    if (paused) {
      autoRead(true);
      context().executor().execute(this::goOn);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    Call current = call;
    if (current != null && ctx.channel().isWritable()) {
      current.attempt().exchange().body().resume();
    }
    ctx.fireChannelWritabilityChanged();
  }

  // The end.

  /** The rest of an unwanted response could not be told from the next one: closes. */
  @Override
  public void abandon() {
    if (call != null && !call.sent() && context().channel().isOpen()) {
      // Half a request must not look like one that ends with the connection.
      context().channel().config().setOption(ChannelOption.SO_LINGER, 0);
    }
    call = null;
    close();
    if (ended && !reading) {
      release();
    }
  }

  @Override
  public void close() {
    context().close();
  }

  /** Under TLS only a close_notify says that nothing was cut off (RFC 8446 6.1). */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    goodbye |= event == SslCloseCompletionEvent.SUCCESS;
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ended = true;
    writer().discard();
    left();
    if (call == null) {
      pool.forget(this);
      release();
    } else if (!paused) {
      closed();
    }
    // Else a slow reader still gets what came before the close: see read().
    ctx.fireChannelInactive();
  }

  /** The peer closed and all that it sent was read: the response's end, or a break. */
  private void closed() {
    Call current = call;
    if (current == null) {
      release();
    } else if (headSeen && input.isEmpty() && (goodbye || !secured) && bodies.closed(answer)) {
      complete();
    } else {
      call = null;
      release();
      boolean silent = current.attempt().firstByteIn() == 0;
      current.fail(
          new GatewayFailure.Reset(current.sent(), headSeen, silent && current.attempt().reused()));
    }
  }

  private void release() {
    input.clear();
  }

  @Override
  public void left() {
    if (!gone) {
      gone = true;
      pool.ticks().leave(age);
      pool.closed();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!Faults.ofPeer(cause)) {
      LOG.error("Connection to {}:{} failed", remoteAddress, remotePort, cause);
    }
    if (secured && !answered && Faults.ofTls(cause)) {
      // TLS 1.3 lets us write before the endpoint has judged what we have shown.
      broke(new GatewayFailure.NotConnected(TlsFault.reason(cause)));
    }
    ctx.close();
  }
}
