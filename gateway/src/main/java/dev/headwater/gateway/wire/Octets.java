package dev.headwater.gateway.wire;

import dev.headwater.gateway.pipeline.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * A piece of a body as a Netty buffer.
 *
 * @param buffer owned by this piece
 */
public record Octets(ByteBuf buffer) implements Bytes {
  @Override
  public int length() {
    return buffer.readableBytes();
  }

  @Override
  public Bytes retained() {
    return new Octets(buffer.retainedDuplicate());
  }

  @Override
  public void release() {
    buffer.release();
  }

  /** A piece of bytes that are not changed any more. */
  public static Bytes wrap(byte[] bytes) {
    return new Octets(Unpooled.wrappedBuffer(bytes));
  }

  /** The buffer behind a piece of this gateway. */
  public static ByteBuf of(Bytes piece) {
    return ((Octets) piece).buffer;
  }
}
