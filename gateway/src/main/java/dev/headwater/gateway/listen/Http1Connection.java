package dev.headwater.gateway.listen;

import dev.headwater.gateway.fail.GatewayFailure;
import dev.headwater.gateway.pipeline.ClientSession;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Loop;
import dev.headwater.gateway.pipeline.RequestBody;
import dev.headwater.gateway.pipeline.RequestHead;
import dev.headwater.gateway.pipeline.Timeline;
import dev.headwater.gateway.pipeline.TunnelEnd;
import dev.headwater.gateway.snapshot.SnapshotRef;
import dev.headwater.gateway.wire.ChannelEnd;
import dev.headwater.gateway.wire.HeadReader;
import dev.headwater.gateway.wire.Intake;
import dev.headwater.gateway.wire.MessageWriter;
import dev.headwater.gateway.wire.ProtocolError;
import dev.headwater.gateway.wire.Ticks;
import dev.headwater.routes.Limits;
import dev.headwater.routes.ListenerPolicy;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1 connection of a client: requests are read one at a time, in order.
 *
 * <p>While an exchange waits for its response the bytes of the next request stay unread in a buffer
 * (64 KiB, then the socket is paused), but the socket is watched, so that a client that leaves is
 * seen at once. A body is read as fast as the upstream takes it. All timers are looked at on the
 * loop's coarse tick. Confined to its event loop.
 */
final class Http1Connection extends ChannelInboundHandlerAdapter implements Served {
  /** Most bytes read ahead of the exchange in progress. */
  private static final int READ_AHEAD = 64 << 10;

  /**
   * How long an idle connection may still send a request after the drain began, to be told by its
   * answer to close: a close at once would cross with what is on its way.
   */
  private static final long DRAIN_GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /**
   * How long input is thrown away after a response that did not wait for it, so that it arrives.
   */
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final ConnectionShared shared;
  private final Loop loop;
  private final ListenerPolicy policy;
  private final ListenerState state;
  private final ClientSession session;
  private final ConnectionLifecycle lifecycle;
  private final HeadReader heads;
  private final Intake input = new Intake();
  private final Upload upload = new Upload(this::resumed);
  private final BodyPace pace = new BodyPace();
  private final SlowReader slowReader = new SlowReader();
  private final Clock clock = new Clock();

  private @Nullable ChannelHandlerContext context;
  private @Nullable MessageWriter writer;
  private @Nullable Exchange exchange;

  private long arrivedAt;
  private long lastRead;
  private long deadline;
  private boolean first = true;
  private boolean reading;
  private boolean bodyRefused;
  private boolean closing;
  private boolean draining;
  private boolean lingering;

  /** A connection whose handshakes are done. */
  Http1Connection(
      ConnectionShared shared,
      ListenerPolicy policy,
      ListenerState state,
      ClientSession session,
      ConnectionLifecycle lifecycle) {
    this.shared = shared;
    this.loop = shared.loop();
    this.policy = policy;
    this.state = state;
    this.session = session;
    this.lifecycle = lifecycle;
    Limits limits = policy.limits();
    // A method, two spaces and the version stand beside the target, whose own limit is exact.
    this.heads =
        new HeadReader(limits.headBytes(), limits.targetBytes() + 32, RequestReader::check);
    this.lastRead = session.readyAt();
    this.deadline = session.readyAt() + limits.headTimeout().toNanos();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    writer = new MessageWriter(added);
    shared.ticks().join(clock);
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
    input.add(ctx.alloc(), bytes);
    read();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    flushUpload();
  }

  /** From outside of a read, so that whoever drains is not called back into. */
  private void resumed() {
    lastRead = loop.now();
    context().executor().execute(this::goOn);
  }

  /**
   * Reads what came while it was not wanted; no end of a socket's read will follow and flush it.
   */
  private void goOn() {
    if (!context().isRemoved()) {
      read();
      flushUpload();
    }
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
      ByteBuf bytes = input.bytes();
      while (bytes != null && !lingering && step(bytes)) {
        // Each step reads one head, or a part of one body.
        bytes = input.bytes();
      }
    } catch (ProtocolError e) {
      refuse(e);
    } finally {
      reading = false;
    }
    input.trim();
    regulate();
  }

  private boolean step(ByteBuf in) throws ProtocolError {
    if (exchange == null) {
      return !closing && head(in);
    }
    return !upload.complete() && !upload.paused() && upload.read(in);
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
    ListenerPolicy now = state.now(policy);
    begin(RequestReader.read(in, length, now), now);
    return true;
  }

  private void begin(CheckedRequest read, ListenerPolicy now) {
    RequestHead head = read.head();
    Timeline timeline = new Timeline();
    if (first) {
      timeline.accepted(session.acceptedAt());
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
            now,
            session,
            head,
            body,
            stream,
            timeline,
            shared.exits());
    stream.serves(started);
    CallerAddress.believe(started);
    first = false;
    arrivedAt = 0;
    upload.begin(started, now.limits().bodyBytes());
    exchange = started;
    closing |= !head.keepAlive();
    if (read.refusal() != null) {
      started.refuse(read.refusal());
    }
    Misdirection.refuse(started, state.tls());
    bodyRefused = started.refusal() != null;
    closing |= bodyRefused;
    if (empty) {
      timeline.requestEnd(timeline.headRead());
    } else {
      pace.begin(policy.limits(), timeline.headRead());
    }
    shared.path().handle(started);
  }

  /**
   * Reads from the socket only while there is room; a paused socket still shows a reset. A head has
   * a limit of its own, which may be beyond the read-ahead.
   */
  private void regulate() {
    boolean inHead = exchange == null && !closing;
    boolean wanted = lingering || inHead || (input.size() < READ_AHEAD && !upload.paused());
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
    closing |= draining || state.ending(policy);
    if (!upload.complete() && exchange != null) {
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
    // A drain that began behind the response's head was not told by it: the next one will.
    boolean close = closing || !upload.complete();
    boolean unread = !upload.complete() || bodyRefused || !input.isEmpty();
    exchange = null;
    upload.stop();
    done.finish();
    if (close) {
      if (unread) {
        linger();
      } else {
        close();
      }
      return;
    }
    deadline = loop.now() + (draining ? DRAIN_GRACE_NANOS : policy.limits().idle().toNanos());
    if (!input.isEmpty()) {
      lastRead = loop.now();
      goOn();
    } else if (!context().channel().config().isAutoRead()) {
      regulate();
    }
  }

  /** The protocol is another one from here on: gives the connection away, and what waits in it. */
  TunnelEnd switched() {
    writer().flush();
    exchange = null;
    upload.stop();
    shared.ticks().leave(clock);
    ChannelEnd end = ChannelEnd.inPlaceOf(this, context().channel(), input);
    SnapshotRef snapshots = shared.snapshots(); // All that a tunnel keeps of this connection.
    lifecycle.serve(() -> end.drain(snapshots.get().configuration().drain().timeout()));
    return end;
  }

  /**
   * Breaks the response off. A reset where only that tells the client that something is missing.
   */
  void abort(boolean reset) {
    Exchange current = exchange;
    exchange = null;
    if (reset && context().channel().config().setOption(ChannelOption.SO_LINGER, 0)) {
      writer().discard();
      closing = true;
      Endings.cut(context());
    } else {
      writer().flush();
      close();
    }
    if (current != null) {
      current.finish();
    }
  }

  /** Closes for sending, and throws away what still comes until the client closes or time is up. */
  private void linger() {
    closing = true;
    lingering = true;
    upload.stop();
    input.clear();
    deadline = loop.now() + LINGER_NANOS;
    regulate();
    Endings.sendNoMore(context());
  }

  private void close() {
    closing = true;
    context().close();
  }

  // Time.

  private final class Clock extends Ticks.Member {
    @Override
    protected void tick(long now) {
      Http1Connection.this.tick(now);
    }

    @Override
    protected void heldUp(long nanos, long now) {
      Limits limits = policy.limits();
      long longest = Math.max(limits.idle().toNanos(), limits.headTimeout().toNanos());
      deadline = moved(deadline, nanos, now + longest);
      lastRead = moved(lastRead, nanos, now);
      pace.heldUp(nanos);
      slowReader.heldUp(nanos);
      if (exchange != null) {
        exchange.heldUp(nanos, now);
      }
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
    Limits limits = policy.limits();
    boolean wanted = !upload.complete() && !upload.paused();
    if (pace.tooSlow(current, limits, wanted, lastRead, now)) {
      closing = true;
      current.abandon(new GatewayFailure.ClientTooSlow("send"));
    } else if (slowReader.stalled(context().channel(), now, limits.sendIdle().toNanos())) {
      exchange = null;
      close();
      current.clientGone(new GatewayFailure.ClientTooSlow("receive"));
    } else {
      current.tick(now);
    }
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

  @Override
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
    writer().discard();
    input.clear();
    Exchange current = exchange;
    if (current != null) {
      exchange = null;
      current.clientGone(
          new GatewayFailure.ClientGone(
              current.responding() || upload.complete() ? "receive" : "send"));
    }
    ctx.fireChannelInactive();
  }
}
