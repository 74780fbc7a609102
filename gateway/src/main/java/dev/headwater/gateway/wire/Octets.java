package dev.headwater.gateway.wire;

import dev.headwater.gateway.pipeline.Bytes;
import io.netty.buffer.ByteBuf;

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

  /** The buffer behind a piece of this gateway. */
  public static ByteBuf of(Bytes piece) {
    return ((Octets) piece).buffer;
  }
}
