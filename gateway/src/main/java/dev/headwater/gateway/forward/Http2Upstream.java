package dev.headwater.gateway.forward;

import dev.headwater.gateway.fail.GatewayFailure;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.wire.Http2Fields;
import dev.headwater.gateway.wire.Ticks;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/2 connection to an endpoint, serving many calls at once (RFC 9113).
 *
 * <p>Ready when the endpoint's settings have come: a peer that speaks something else was never sent
 * a request. The endpoint may say that it goes away; then streams that it has not looked at are
 * failed as unprocessed, the others go on, and the connection ends with the last. Made by {@link
 * Http2UpstreamBuilder}. Confined to its loop.
 */
final class Http2Upstream extends Http2ConnectionHandler implements UpstreamConnection {
  private static final Logger LOG = LoggerFactory.getLogger(Http2Upstream.class);

  /** Most streams at once, whatever more the endpoint allows: one loss ends no more than these. */
  static final int MAX_STREAMS = 100;

  private final EndpointPool pool;
  private final Handshake handshake;
  private final Http2Connection.PropertyKey ours;
  private final Http2UpstreamFrames frames;
  private final List<Http2UpstreamStream> touched = new ArrayList<>();
  private final Age age = new Age();

  private @Nullable ChannelHandlerContext context;
  private String remoteAddress = "";
  private int remotePort;

  private boolean ready;
  private boolean served;
  private boolean listed;
  private boolean leaving;
  private boolean gone;
  private boolean flushing;
  private int lastProcessed = Integer.MAX_VALUE;
  private long restsSince;
  private @Nullable GatewayFailure defect;

  Http2Upstream(
      EndpointPool pool,
      Handshake handshake,
      Http2ConnectionDecoder decoder,
      Http2ConnectionEncoder encoder,
      Http2Settings settings) {
    super(decoder, encoder, settings, false, false);
    this.pool = pool;
    this.handshake = handshake;
    this.ours = connection().newKey();
    this.frames = new Http2UpstreamFrames(this);
    decoder.frameListener(frames);
    connection().addListener(frames);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) throws Exception {
    context = added;
    if (added.channel().remoteAddress() instanceof InetSocketAddress address) {
      remoteAddress = address.getAddress().getHostAddress();
      remotePort = address.getPort();
    }
    super.handlerAdded(added);
    Http2Stream all = connection().connectionStream();
    int missing =
        Http2UpstreamBuilder.CONNECTION_WINDOW - decoder().flowController().windowSize(all);
    decoder().flowController().incrementWindowSize(all, missing);
    flush(added);
  }

  private ChannelHandlerContext context() {
    if (context == null) {
      throw new IllegalStateException("context: not added to a pipeline yet");
    }
    return context;
  }

  String remoteAddress() {
    return remoteAddress;
  }

  int remotePort() {
    return remotePort;
  }

  long now() {
    return pool.loop().now();
  }

  ByteBufAllocator allocator() {
    return context().alloc();
  }

  /** Runs {@code task} soon, from the loop itself. */
  void later(Runnable task) {
    context().executor().execute(task);
  }

  // As the pool sees it.

  @Override
  public int room() {
    if (!ready || leaving || !context().channel().isActive()) {
      return 0;
    }
    Http2Connection.Endpoint<?> local = connection().local();
    int room = Math.min(MAX_STREAMS, local.maxActiveStreams()) - local.numActiveStreams();
    return local.lastStreamCreated() > Integer.MAX_VALUE - 4 ? 0 : Math.max(0, room);
  }

  @Override
  public boolean shared() {
    return true;
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
  public void start(Call call, boolean pooled) {
    call.start(new Http2UpstreamStream(this, call), pooled && served);
    served = true;
  }

  @Override
  public void rest() {
    restsSince = now();
  }

  /** Closes a connection that has grown old without a stream. */
  private final class Age extends Ticks.Member {
    @Override
    protected void heldUp(long nanos, long now) {
      restsSince = restsSince == 0 ? 0 : moved(restsSince, nanos, now);
    }

    @Override
    protected void tick(long now) {
      if (idle() && restsSince != 0 && now - restsSince >= pool.idleNanos()) {
        close();
      }
    }
  }

  private boolean idle() {
    return connection().numActiveStreams() == 0;
  }

  // Writing.

  /** Opens a stream with the head of a request; null when the connection takes none any more. */
  @Nullable Http2Stream open(Http2UpstreamStream of, Http2Headers headers, boolean last) {
    int id = connection().local().incrementAndGetNextStreamId();
    if (id <= 0 || leaving) {
      leaving = true;
      return null;
    }
    encoder().writeHeaders(context(), id, headers, 0, last, context().newPromise());
    Http2Stream opened = connection().stream(id);
    if (opened != null) {
      opened.setProperty(ours, of);
    }
    return opened;
  }

  ChannelFuture data(Http2Stream stream, ByteBuf bytes, boolean last) {
    frames.earn();
    return encoder().writeData(context(), stream.id(), bytes, 0, last, context().newPromise());
  }

  void trailers(Http2Stream stream, Fields fields) {
    Http2Headers headers = Http2Fields.unchecked(8);
    Http2Fields.write(fields, headers);
    encoder().writeHeaders(context(), stream.id(), headers, 0, true, context().newPromise());
  }

  /** Ends a stream whose response, or the rest of its request, nobody wants. */
  void reset(Http2Stream stream) {
    resetStream(context(), stream.id(), Http2Error.CANCEL.code(), context().newPromise());
    flushSoon();
  }

  /** The client's side has taken so much of a response. */
  void taken(Http2Stream stream, int bytes) {
    try {
      if (decoder().flowController().consumeBytes(stream, bytes)) {
        flushSoon();
      }
    } catch (Http2Exception e) {
      onError(context(), true, e);
    }
  }

  boolean writable() {
    return context().channel().isWritable();
  }

  /** Streams that have something to write in the same turn of the loop share one write. */
  void flushSoon() {
    if (!flushing) {
      flushing = true;
      later(
          () -> {
            flushing = false;
            flush(context());
          });
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) throws Exception {
    super.channelWritabilityChanged(ctx);
    if (ctx.channel().isWritable()) {
      connection()
          .forEachActiveStream(
              stream -> {
                if (stream.getProperty(ours) instanceof Http2UpstreamStream waits) {
                  waits.goOn();
                }
                return true;
              });
    }
  }

  // Reading.

  /** A stream has told its attempt something, which leaves when all was read that there is. */
  void touched(Http2UpstreamStream stream) {
    touched.add(stream);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    for (int i = 0; i < touched.size(); i++) {
      touched.get(i).flushResponse();
    }
    touched.clear();
    super.channelReadComplete(ctx);
  }

  /** The endpoint's settings came, for the first time or with new limits. */
  void settingsRead() {
    if (!ready) {
      ready = true;
      pool.ticks().join(age);
      handshake.ready(this);
    } else if (room() > 0) {
      pool.free(this);
    }
  }

  /** The endpoint goes away, and has looked at streams up to {@code last}. */
  void goingAway(int last) {
    leaving = true;
    lastProcessed = last;
    pool.forget(this);
    later(this::closeIfLeft);
  }

  /** A stream is gone, whoever ended it. */
  void closed(Http2Stream closed) {
    Http2UpstreamStream stream = closed.removeProperty(ours);
    if (stream != null) {
      stream.over(loss(closed.id(), stream));
    }
    closeIfLeft();
    if (room() > 0) {
      pool.free(this);
    }
  }

  private GatewayFailure loss(int id, Http2UpstreamStream stream) {
    if (id > lastProcessed) {
      return new GatewayFailure.Unprocessed("goaway");
    }
    return defect == null ? stream.broken(!context().channel().isActive()) : defect;
  }

  /** The stream of ours with that number, unless it is over. */
  @Nullable Http2UpstreamStream stream(int id) {
    Http2Stream stream = connection().stream(id);
    return stream == null ? null : stream.getProperty(ours);
  }

  private void closeIfLeft() {
    if (leaving && idle()) {
      close();
    }
  }

  // The end.

  @Override
  public void close() {
    try {
      close(context(), context().newPromise());
    } catch (Exception e) { // As declared by Netty.
      context().close();
    }
  }

  /** The endpoint broke the rules of a stream: that one ends. Of one that is over, nothing more. */
  @Override
  protected void onStreamError(
      ChannelHandlerContext ctx,
      boolean outbound,
      Throwable cause,
      Http2Exception.StreamException error) {
    Http2Stream stream = connection().stream(error.streamId());
    if (stream == null) {
      return;
    }
    if (stream.getProperty(ours) instanceof Http2UpstreamStream broken) {
      broken.fail(new GatewayFailure.BadResponse(String.valueOf(error.getMessage())));
    }
    super.onStreamError(ctx, outbound, cause, error);
  }

  @Override
  protected void onConnectionError(
      ChannelHandlerContext ctx,
      boolean outbound,
      Throwable cause,
      @Nullable Http2Exception error) {
    if (error == null && !(cause instanceof IOException)) {
      LOG.error("Connection to {}:{} failed", remoteAddress, remotePort, cause);
    }
    if (error != null && !outbound) {
      defect = new GatewayFailure.BadResponse(String.valueOf(error.getMessage()));
    }
    leaving = true;
    pool.forget(this);
    super.onConnectionError(ctx, outbound, cause, error);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    leaving = true;
    pool.forget(this);
    if (ready) {
      left();
    } else {
      handshake.broke(null);
    }
    super.channelInactive(ctx);
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
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
    if (Http2Exception.class.isInstance(cause)) {
      super.exceptionCaught(ctx, cause);
      return;
    }
    if (!Faults.ofPeer(cause)) {
      LOG.error("Connection to {}:{} failed", remoteAddress, remotePort, cause);
    }
    if (!ready) {
      handshake.broke(cause);
    }
    ctx.close();
  }
}
