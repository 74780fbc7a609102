package dev.headwater.gateway.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that were read from a socket and not yet taken by a reader. Owns them. Confined to its
 * connection's loop.
 */
public final class Intake {
  private @Nullable ByteBuf bytes;

  /** Takes {@code more} over, behind what is there. */
  public void add(ByteBufAllocator allocator, ByteBuf more) {
    ByteBuf waiting = bytes;
    bytes =
        waiting == null
            ? more
            : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, waiting, more);
  }

  /** What is there, for a reader to advance in; null when there is nothing. */
  public @Nullable ByteBuf bytes() {
    ByteBuf waiting = bytes;
    return waiting != null && waiting.isReadable() ? waiting : null;
  }

  /** Gives away what waits, or null; nothing does from here on. */
  public @Nullable ByteBuf take() {
    ByteBuf waiting = bytes();
    if (waiting == null) {
      clear();
    }
    bytes = null;
    return waiting;
  }

  /** Number of bytes that wait. */
  public int size() {
    return bytes == null ? 0 : bytes.readableBytes();
  }

  public boolean isEmpty() {
    return size() == 0;
  }

  /** Gives memory back whose bytes were all read. */
  public void trim() {
    if (isEmpty()) {
      clear();
    }
  }

  /** Throws away what waits. */
  public void clear() {
    if (bytes != null) {
      bytes.release();
      bytes = null;
    }
  }
}
