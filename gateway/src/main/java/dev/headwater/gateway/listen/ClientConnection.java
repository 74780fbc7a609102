package dev.headwater.gateway.listen;

import dev.headwater.gateway.fail.GatewayFailure;
import dev.headwater.gateway.pipeline.BodySource;
import dev.headwater.gateway.pipeline.ClientAddress;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.Loop;
import dev.headwater.gateway.pipeline.RequestBody;
import dev.headwater.gateway.pipeline.RequestHead;
import dev.headwater.gateway.pipeline.Timeline;
import dev.headwater.gateway.wire.BodyReader;
import dev.headwater.gateway.wire.HeadReader;
import dev.headwater.gateway.wire.MessageWriter;
import dev.headwater.gateway.wire.Octets;
import dev.headwater.gateway.wire.ProtocolError;
import dev.headwater.gateway.wire.Ticks;
import dev.headwater.routes.Limits;
import dev.headwater.routes.ListenerPolicy;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/1 connection of a client: requests are read one at a time, in order.
 *
 * <p>While an exchange waits for its response the bytes of the next request stay unread in a buffer
 * (64 KiB, then the socket is paused), but the socket is watched, so that a client that leaves is
 * seen at once. A body is read as fast as the upstream takes it. All timers are looked at on the
 * loop's coarse tick. Confined to its event loop.
 */
public final class ClientConnection extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

  /** Most bytes read ahead of the exchange in progress. */
  private static final int READ_AHEAD = 64 << 10;

  /**
   * How long an idle connection may still send a request after the drain began, to be told by its
   * answer to close: a close at once would cross with what is on its way.
   */
  private static final long DRAIN_GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  /**
   * How long input is thrown away after a response that did not wait for it, so that it arrives.
   */
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final ConnectionShared shared;
  private final Loop loop;
  private final ListenerPolicy policy;
  private final ListenerState state;
  private final ClientAddress peer;
  private final HeadReader heads;
  private final BodyReader bodies = new BodyReader();
  private final Clock clock = new Clock();
  private final Upload upload = new Upload();

  private @Nullable ChannelHandlerContext context;
  private @Nullable MessageWriter writer;
  private @Nullable ByteBuf input;
  private @Nullable Http1Client client;
  private @Nullable Exchange exchange;

  private final long acceptedAt;
  private long arrivedAt;
  private long lastRead;
  private long deadline;
  private long stalledSince;
  private long queuedBytes;
  private long bodyLimitLeft;
  private boolean first = true;
  private boolean requestRead;
  private boolean reading;
  private boolean uploadPaused;
  private boolean bodyRefused;
  private boolean closing;
  private boolean draining;
  private boolean lingering;
  private boolean resetSeen;

  /** A connection that was just accepted. */
  public ClientConnection(
      ConnectionShared shared, ListenerPolicy policy, ListenerState state, ClientAddress peer) {
    this.shared = shared;
    this.loop = shared.loop();
    this.policy = policy;
    this.state = state;
    this.peer = peer;
    Limits limits = policy.limits();
    // A method, two spaces and the version stand beside the target, whose own limit is exact.
    this.heads =
        new HeadReader(limits.headBytes(), limits.targetBytes() + 32, RequestReader::check);
    this.acceptedAt = loop.now();
    this.lastRead = acceptedAt;
    this.deadline = acceptedAt + limits.headTimeout().toNanos();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    writer = new MessageWriter(added);
    shared.ticks().join(clock);
    loop.metrics().connectionOpened(policy.name());
  }

  private ChannelHandlerContext context() {
    if (context == null) {
      throw new IllegalStateException("context: not added to a pipeline yet");
    }
    return context;
  }

  MessageWriter writer() {
    if (writer == null) {
      throw new IllegalStateException("writer: not added to a pipeline yet");
    }
    return writer;
  }

  ConnectionShared shared() {
    return shared;
  }

  // Reading.

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    if (lingering) {
      bytes.release();
      return;
    }
    lastRead = loop.now();
    ByteBuf waiting = input;
    input =
        waiting == null
            ? bytes
            : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), waiting, bytes);
    read();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    flushUpload();
  }

  /**
   * Reads what came while it was not wanted; no end of a socket's read will follow and flush it.
   */
  private void goOn() {
    read();
    flushUpload();
  }

  private void flushUpload() {
    if (exchange != null) {
      exchange.body().flush();
    }
  }

  /** Reads as far as the bytes, the exchange in progress and its upload allow. */
  private void read() {
    if (reading) {
      return;
    }
    reading = true;
    try {
      while (input != null && input.isReadable() && !lingering && step(input)) {
        // Each step reads one head, or a part of one body.
      }
    } catch (ProtocolError e) {
      refuse(e);
    } finally {
      reading = false;
    }
    ByteBuf left = input;
    if (left != null && !left.isReadable()) {
      left.release();
      input = null;
    }
    regulate();
  }

  private boolean step(ByteBuf in) throws ProtocolError {
    if (exchange == null) {
      return !closing && head(in);
    }
    if (requestRead || uploadPaused) {
      return false;
    }
    int before = in.readableBytes();
    bodies.read(in, upload);
    return in.readableBytes() < before;
  }

  private boolean head(ByteBuf in) throws ProtocolError {
    int length = heads.scan(in);
    // An empty line before a request line is skipped, and is no arrival.
    if (arrivedAt == 0 && (length != HeadReader.INCOMPLETE || heads.partial())) {
      arrivedAt = lastRead;
      if (!first) {
        deadline = arrivedAt + policy.limits().headTimeout().toNanos();
      }
    }
    if (length == HeadReader.INCOMPLETE) {
      return false;
    }
    begin(RequestReader.read(in, length, policy.limits()));
    return true;
  }

  private void begin(RequestReader.Read read) {
    RequestHead head = read.head();
    Timeline timeline = new Timeline();
    if (first) {
      timeline.accepted(acceptedAt);
    }
    timeline.arrived(arrivedAt);
    timeline.headRead(loop.now());
    boolean empty = head.bodyLength() == 0;
    RequestBody body = new RequestBody(upload, empty);
    Http1Client stream = new Http1Client(this, head);
    Exchange started =
        new Exchange(
            loop,
            shared.snapshots().get(),
            policy,
            peer,
            head,
            body,
            stream,
            timeline,
            shared.exits());
    stream.serves(started);
    CallerAddress.believe(started);
    first = false;
    arrivedAt = 0;
    requestRead = empty;
    bodyRefused = read.refusal() != null;
    uploadPaused = false;
    client = stream;
    exchange = started;
    closing |= !head.keepAlive();
    if (empty) {
      timeline.requestEnd(timeline.headRead());
    } else {
      bodies.begin(head.bodyLength());
      bodyLimitLeft = policy.limits().bodyBytes();
      deadline = lastRead + policy.limits().idle().toNanos();
    }
    if (read.refusal() != null) {
      started.refuse(read.refusal());
    }
    shared.path().handle(started);
  }

  /** The body of the request in progress, as the reader finds it. */
  private final class Upload implements BodyReader.Taker, BodySource {
    @Override
    public void data(Octets piece) throws ProtocolError {
      Exchange current = exchange;
      bodyLimitLeft -= piece.length();
      if (bodyLimitLeft < 0 || current == null) {
        piece.release();
        throw new ProtocolError(
            413, "body_too_large", "the request body is larger than this listener takes");
      }
      current.body().data(piece);
    }

    @Override
    public void end(@Nullable Fields trailers) {
      requestRead = true;
      Exchange current = exchange;
      if (current != null) {
        current.timeline().requestEnd(loop.now());
        current.body().end(trailers);
      }
    }

    @Override
    public boolean taking() {
      return !uploadPaused && exchange != null && !lingering;
    }

    @Override
    public void pause() {
      uploadPaused = true;
    }

    @Override
    public void resume() {
      if (uploadPaused) {
        uploadPaused = false;
        lastRead = loop.now();
        // From outside of a read, so that whoever drains is not called back into.
        context().executor().execute(ClientConnection.this::goOn);
      }
    }
  }

  /** Reads from the socket only while there is room; a paused socket still shows a reset. */
  private void regulate() {
    boolean room = input == null || input.readableBytes() < READ_AHEAD;
    boolean wanted = lingering || (room && !uploadPaused);
    var config = context().channel().config();
    if (config.isAutoRead() != wanted) {
      config.setAutoRead(wanted);
    }
  }

  /** The bytes break the protocol: answered if nothing was, and closed. */
  private void refuse(ProtocolError error) {
    closing = true;
    GatewayFailure.Refused why =
        new GatewayFailure.Refused(error.status(), error.reason(), error.detail());
    Exchange current = exchange;
    if (current == null) {
      answerUnread(why);
    } else {
      current.abandon(why);
    }
  }

  /** Answers what never became a request: no exchange, no span, a counter only. */
  private void answerUnread(GatewayFailure.Refused why) {
    loop.metrics().failure("accept", why.reason());
    writer().head(UnreadAnswer.write(shared.scratch(), why), false);
    writer().flush();
    linger();
  }

  // Writing, for the stream of the exchange in progress.

  boolean writable() {
    return context().channel().isWritable();
  }

  /** Whether the response in progress is this connection's last. */
  boolean lastResponse() {
    closing |= draining || state.draining();
    if (!requestRead && exchange != null) {
      closing = true;
    }
    return closing;
  }

  /** The response in progress has no other end than the connection's. */
  void closeAfterResponse() {
    closing = true;
  }

  /** The response was written whole: the exchange ends once the kernel has its last byte. */
  void responseWritten() {
    writer().flush();
    ChannelOutboundBuffer queued = context().channel().unsafe().outboundBuffer();
    if (queued == null || queued.isEmpty()) {
      responseDone();
    } else {
      context()
          .writeAndFlush(Unpooled.EMPTY_BUFFER)
          .addListener(
              sent -> {
                // Otherwise the client left with the response half read: channelInactive ends it.
                if (sent.isSuccess()) {
                  responseDone();
                }
              });
    }
  }

  private void responseDone() {
    Exchange done = exchange;
    if (done == null) {
      return;
    }
    boolean close = closing || !requestRead || draining || state.draining();
    boolean unread = !requestRead || bodyRefused || (input != null && input.isReadable());
    exchange = null;
    client = null;
    done.finish();
    if (close) {
      if (unread) {
        linger();
      } else {
        close();
      }
      return;
    }
    uploadPaused = false;
    deadline = loop.now() + policy.limits().idle().toNanos();
    if (input != null) {
      lastRead = loop.now();
      goOn();
    } else if (!context().channel().config().isAutoRead()) {
      regulate();
    }
  }

  /**
   * Breaks the response off. A reset where only that tells the client that something is missing.
   */
  void abort(boolean reset) {
    if (reset
        && context().channel().config().setOption(io.netty.channel.ChannelOption.SO_LINGER, 0)) {
      writer().discard();
    } else {
      writer().flush();
    }
    Exchange current = exchange;
    exchange = null;
    client = null;
    close();
    if (current != null) {
      current.finish();
    }
  }

  /** Closes for sending, and throws away what still comes until the client closes or time is up. */
  private void linger() {
    closing = true;
    lingering = true;
    if (input != null) {
      input.release();
      input = null;
    }
    deadline = loop.now() + LINGER_NANOS;
    regulate();
    if (context().channel() instanceof DuplexChannel duplex) {
      duplex.shutdownOutput();
    }
  }

  private void close() {
    closing = true;
    context().close();
  }

  // Time.

  private final class Clock extends Ticks.Member {
    @Override
    protected void tick(long now) {
      ClientConnection.this.tick(now);
    }
  }

  private void tick(long now) {
    Exchange current = exchange;
    if (current == null) {
      if (now - deadline >= 0) {
        overdue();
      }
      return;
    }
    long idle = policy.limits().idle().toNanos();
    if (!requestRead && !uploadPaused && now - lastRead >= idle) {
      closing = true;
      current.abandon(new GatewayFailure.ClientTooSlow("send"));
    } else if (stalled(now, idle)) {
      exchange = null;
      client = null;
      close();
      current.clientGone(new GatewayFailure.ClientTooSlow("receive"));
    } else {
      current.tick(now);
    }
  }

  /** Whether the client has taken nothing of what waits for it for so long. */
  private boolean stalled(long now, long idle) {
    ChannelOutboundBuffer queued = context().channel().unsafe().outboundBuffer();
    long bytes = queued == null ? 0 : queued.totalPendingWriteBytes();
    if (bytes == 0 || bytes != queuedBytes) {
      queuedBytes = bytes;
      stalledSince = now;
      return false;
    }
    return now - stalledSince >= idle;
  }

  private void overdue() {
    if (lingering || arrivedAt == 0) {
      close();
      return;
    }
    answerUnread(new GatewayFailure.Refused(408, "head_timeout", "the request head took too long"));
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable() && exchange != null) {
      exchange.drained();
    }
    ctx.fireChannelWritabilityChanged();
  }

  // The end.

  /** Asks the connection to end: soon when idle, else with the response in progress. */
  public void drain() {
    draining = true;
    long soon = loop.now() + DRAIN_GRACE_NANOS;
    if (exchange == null && arrivedAt == 0 && deadline - soon > 0) {
      deadline = soon;
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    shared.ticks().leave(clock);
    state.leave();
    loop.metrics().connectionClosed(policy.name());
    writer().discard();
    if (input != null) {
      input.release();
      input = null;
    }
    Exchange current = exchange;
    if (current != null) {
      exchange = null;
      client = null;
      current.clientGone(
          new GatewayFailure.ClientGone(
              current.responding() ? "receive" : requestRead ? "receive" : "send"));
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      if (!resetSeen) {
        resetSeen = true;
        loop.metrics().clientReset();
      }
    } else {
      LOG.error("Connection of listener {} failed", policy.name(), cause);
    }
    ctx.close();
  }
}
