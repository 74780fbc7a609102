package dev.headwater.gateway.listen;

import dev.headwater.gateway.pipeline.ClientSession;
import dev.headwater.gateway.pipeline.Loop;
import dev.headwater.gateway.wire.Http2Guard;
import dev.headwater.gateway.wire.Ticks;
import dev.headwater.routes.Limits;
import dev.headwater.routes.ListenerPolicy;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.ReferenceCountUtil;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection of a client (RFC 9113): frames are Netty's, each request is a {@link
 * Http2Client}. Bodies are acknowledged as whoever takes them takes them, so that a slow upstream
 * holds its client back. Ends itself in two steps (6.8): a GOAWAY that refuses nothing, and once
 * what was on its way has come, one that names the last request served. Confined to its event loop.
 */
final class Http2ClientConnection extends Http2ConnectionHandler implements Served {
  /**
   * Netty's part of a connection.
   *
   * @param settings what we tell the client first
   */
  record Codec(
      Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {}

  /** How long requests may still be on their way after the first GOAWAY. */
  private static final long DRAIN_GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** How long what still comes is thrown away after the last frame of ours. */
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final long NEVER = 0;

  private final ConnectionShared shared;
  private final Loop loop;
  private final ListenerPolicy policy;
  private final ListenerState state;
  private final ClientSession session;
  private final Http2Connection.PropertyKey clients;
  private final Http2ClientFrames frames;
  private final FrameBounds bounds = new FrameBounds();
  private final Clock clock = new Clock();

  /** What still comes for them was on its way: it is thrown away (RFC 9113 5.1). */
  private final RecentStreams cutShort = new RecentStreams();

  private @Nullable ChannelHandlerContext context;
  private boolean first = true;
  private boolean flushing;
  private long lastRead;
  private long idleSince;
  private long unfinishedSince;
  private boolean goingAway;

  /** After an error of the connection; of what was read with it nothing begins any more. */
  private boolean failed;

  private long lastGoAwayAt = NEVER;
  private long lingersUntil = NEVER;

  Http2ClientConnection(
      Codec codec, ConnectionShared shared, ClientTerms terms, ClientSession session) {
    super(codec.decoder(), codec.encoder(), codec.settings(), true);
    this.shared = shared;
    this.loop = shared.loop();
    this.policy = terms.policy();
    this.state = terms.state();
    this.session = session;
    this.lastRead = session.readyAt();
    this.idleSince = session.readyAt();
    this.unfinishedSince = session.readyAt();
    this.clients = connection().newKey();
    this.frames = new Http2ClientFrames(this, session.readyAt());
    makeRoomToRefuse();
    connection().addListener(new Streams());
    codec.encoder().flowController().listener(this::writabilityChanged);
    codec.decoder().frameListener(frames);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) throws Exception {
    context = added;
    super.handlerAdded(added);
    int window = policy.http2().connectionWindow() - decoder().flowController().windowSize(root());
    if (window > 0) {
      decoder().flowController().incrementWindowSize(root(), window);
      flush(added);
    }
    shared.ticks().join(clock);
  }

  /**
   * Netty forgets the streams that it refuses, and takes DATA that was on its way for them for an
   * error of the connection. So we refuse, and its own limit is twice as far away.
   */
  void makeRoomToRefuse() {
    connection().remote().maxActiveStreams(2 * policy.http2().streams());
  }

  private Http2Stream root() {
    return connection().connectionStream();
  }

  ChannelHandlerContext context() {
    if (context == null) {
      throw new IllegalStateException("context: not added to a pipeline yet");
    }
    return context;
  }

  Limits limits() {
    return policy.limits();
  }

  /** What holds for a request that begins now. */
  ListenerPolicy policy() {
    return state.now(policy);
  }

  /** The listener's TLS as it is now, or null. */
  @Nullable TlsNames tls() {
    return state.tls();
  }

  ConnectionShared shared() {
    return shared;
  }

  ClientSession session() {
    return session;
  }

  /** When the bytes came that are read now. */
  long lastRead() {
    return lastRead;
  }

  /**
   * Whether this is asked for the first time: a connection's first request shows its handshakes.
   */
  boolean first() {
    boolean was = first;
    first = false;
    return was;
  }

  /**
   * Lets what was written leave at the end of this turn of the loop: responses that are there in
   * the same turn share a write, and a record of TLS.
   */
  void flushSoon() {
    if (!flushing) {
      flushing = true;
      context().executor().execute(this::flushNow);
    }
  }

  private void flushNow() {
    flushing = false;
    flush(context());
  }

  void reset(Http2Stream stream, Http2Error error) {
    resetStream(context(), stream.id(), error.code(), context().newPromise());
    flushSoon();
  }

  /** The client's body was taken: it may send as much again. */
  void consumed(Http2Stream stream, int bytes) {
    try {
      if (decoder().flowController().consumeBytes(stream, bytes)) {
        flushSoon();
      }
    } catch (Http2Exception e) {
      onError(context(), false, e);
    }
  }

  // Reading.

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    if (lingersUntil != NEVER) {
      ReferenceCountUtil.release(message);
      return;
    }
    lastRead = loop.now();
    boolean ended = bounds.look((ByteBuf) message);
    if (bounds.between()) {
      unfinishedSince = NEVER;
    } else if (ended || unfinishedSince == NEVER) {
      unfinishedSince = lastRead;
    }
    super.channelRead(ctx, message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    frames.flushUploads();
    super.channelReadComplete(ctx);
  }

  /** The request of a stream, or null where none has begun. */
  @Nullable Http2Client client(@Nullable Http2Stream stream) {
    return stream == null ? null : stream.getProperty(clients);
  }

  /** A stream begins with this request. */
  void begin(Http2Stream stream, Http2Client client) {
    stream.setProperty(clients, client);
  }

  /** Whether an error has ended the connection: nothing begins any more of what came with it. */
  boolean failed() {
    return failed;
  }

  // Writing.

  /** A frame of a response left: its receiver may acknowledge it. */
  void earn() {
    frames.earn();
  }

  private void writabilityChanged(Http2Stream stream) {
    Http2Client client = client(stream);
    if (client != null && client.writable()) {
      client.drained();
    }
  }

  private final class Streams extends Http2ConnectionAdapter {
    @Override
    public void onStreamClosed(Http2Stream stream) {
      Http2Client client = stream.removeProperty(clients);
      if (client != null) {
        client.closed(stream.isResetSent() || frames.wasReset(stream));
      }
      boolean sending = client == null || !client.received();
      if (sending && !frames.wasReset(stream)) {
        cutShort.add(stream.id());
      }
      idleSince = loop.now();
    }

    @Override
    public void onStreamRemoved(Http2Stream stream) {
      endIfDone();
    }
  }

  // Errors.

  @Override
  protected void onConnectionError(
      ChannelHandlerContext ctx,
      boolean outbound,
      Throwable cause,
      @Nullable Http2Exception error) {
    failed = true;
    if (error != null) {
      loop.metrics().failure("accept", reason("h2_", error));
    }
    super.onConnectionError(ctx, outbound, cause, error);
  }

  @Override
  protected void onStreamError(
      ChannelHandlerContext ctx,
      boolean outbound,
      Throwable cause,
      Http2Exception.StreamException error) {
    int id = error.streamId();
    if (error.error() != Http2Error.STREAM_CLOSED || connection().stream(id) != null) {
      loop.metrics().failure("accept", reason("h2_stream_", error));
      if (isSecondBlock(error)) {
        // By the encoder, which counts resets that a client provokes.
        encoder().writeRstStream(ctx, id, Http2Error.STREAM_CLOSED.code(), ctx.newPromise());
      } else {
        super.onStreamError(ctx, outbound, cause, error);
      }
    } else if (!cutShort.contains(id)) {
      // Not late, but wrong: the client itself had ended the stream (RFC 9113 5.1).
      onError(
          ctx,
          outbound,
          Http2Exception.connectionError(
              Http2Error.STREAM_CLOSED, "a frame of stream %d, which is over", id));
    } else if (!frames.spend()) {
      onError(ctx, outbound, Http2Guard.tooMany());
    }
  }

  /**
   * Whether a request that had ended goes on (RFC 9113 5.1: STREAM_CLOSED). Netty counts the head
   * of a request without a body twice, and so takes the next block for one too many instead.
   */
  private boolean isSecondBlock(Http2Exception.StreamException error) {
    Http2Stream stream = connection().stream(error.streamId());
    return stream != null
        && stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE
        && String.valueOf(error.getMessage()).contains("received too many headers");
  }

  private static String reason(String prefix, Http2Exception error) {
    return prefix + error.error().name().toLowerCase(Locale.ROOT);
  }

  // Time and the end.

  private final class Clock extends Ticks.Member {
    @Override
    protected void tick(long now) {
      Http2ClientConnection.this.tick(now);
    }

    @Override
    protected void heldUp(long nanos, long now) {
      idleSince = moved(idleSince, nanos, now);
      if (unfinishedSince != NEVER) {
        unfinishedSince = moved(unfinishedSince, nanos, now);
      }
    }
  }

  private void tick(long now) {
    if (!goingAway && state.ending(policy)) {
      drain();
    }
    boolean quiet = connection().numActiveStreams() == 0;
    if (lingersUntil != NEVER) {
      if (now - lingersUntil >= 0) {
        context().close();
      }
    } else if (unfinishedSince != NEVER && quiet && now - unfinishedSince >= headNanos()) {
      loop.metrics().failure("accept", "head_timeout");
      context().close();
    } else if (lastGoAwayAt != NEVER && now - lastGoAwayAt >= 0) {
      lastGoAwayAt = NEVER;
      sayGoAway(connection().remote().lastStreamCreated());
      endIfDone();
    } else if (quiet && !goingAway && now - idleSince >= limits().idle().toNanos()) {
      drain();
    }
  }

  private long headNanos() {
    return limits().headTimeout().toNanos();
  }

  @Override
  public void drain() {
    if (!goingAway) {
      goingAway = true;
      lastGoAwayAt = loop.now() + DRAIN_GRACE_NANOS;
      sayGoAway(Integer.MAX_VALUE);
    }
  }

  private void sayGoAway(int lastStream) {
    goAway(
        context(),
        lastStream,
        Http2Error.NO_ERROR.code(),
        Unpooled.EMPTY_BUFFER,
        context().newPromise());
    flushSoon();
  }

  /**
   * After the last GOAWAY and the last response nothing is left to wait for. Closes for sending
   * first: a close with frames unread would be a reset, which can overtake the response.
   */
  private void endIfDone() {
    boolean done = goingAway && lastGoAwayAt == NEVER && connection().numActiveStreams() == 0;
    if (done && lingersUntil == NEVER) {
      lingersUntil = loop.now() + LINGER_NANOS;
      Endings.sendNoMore(context());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    shared.ticks().leave(clock);
    super.channelInactive(ctx);
  }
}
