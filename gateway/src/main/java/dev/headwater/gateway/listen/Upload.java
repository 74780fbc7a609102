package dev.headwater.gateway.listen;

import dev.headwater.gateway.pipeline.BodySource;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.RequestHead;
import dev.headwater.gateway.wire.BodyReader;
import dev.headwater.gateway.wire.Octets;
import dev.headwater.gateway.wire.ProtocolError;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The body of the request in progress, from the connection's bytes to whoever takes it; paused
 * while nobody does. Counts against the listener's limit. Confined to the connection's loop.
 */
final class Upload implements BodyReader.Taker, BodySource {
  private final BodyReader bodies = new BodyReader();
  private final Runnable goOn;
  private @Nullable Exchange exchange;
  private long limitLeft;
  private boolean complete = true;
  private boolean paused;

  /**
   * An upload of nothing yet.
   *
   * @param goOn reads on, once resumed; not called from inside {@link #resume}'s caller
   */
  Upload(Runnable goOn) {
    this.goOn = goOn;
  }

  /** The next body is that of {@code next}, which takes at most {@code limit} bytes. */
  void begin(Exchange next, long limit) {
    RequestHead head = next.request();
    exchange = next;
    limitLeft = limit;
    paused = false;
    complete = head.bodyLength() == 0;
    if (!complete) {
      bodies.begin(head.bodyLength());
    }
  }

  /** Nobody takes the body any more. */
  void stop() {
    exchange = null;
    paused = false;
  }

  /** Reads on; tells whether that took any byte. */
  boolean read(ByteBuf in) throws ProtocolError {
    int before = in.readableBytes();
    bodies.read(in, this);
    return in.readableBytes() < before;
  }

  /** Whether the request was read whole. */
  boolean complete() {
    return complete;
  }

  boolean paused() {
    return paused;
  }

  @Override
  public void data(Octets piece) throws ProtocolError {
    Exchange current = exchange;
    limitLeft -= piece.length();
    if (limitLeft < 0 || current == null) {
      piece.release();
      throw new ProtocolError(
          413, "body_too_large", "the request body is larger than this listener takes");
    }
    current.body().data(piece);
  }

  @Override
  public void end(@Nullable Fields trailers) {
    complete = true;
    Exchange current = exchange;
    if (current != null) {
      current.timeline().requestEnd(current.loop().now());
      current.body().end(trailers);
    }
  }

  @Override
  public boolean taking() {
    return !paused && exchange != null;
  }

  @Override
  public void pause() {
    paused = true;
  }

  @Override
  public void resume() {
    if (paused) {
      paused = false;
      goOn.run();
    }
  }
}
