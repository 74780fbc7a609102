package dev.headwater.gateway.wire;

import dev.headwater.gateway.pipeline.Bytes;
import dev.headwater.gateway.pipeline.Fields;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * Writes the head and body of one message after another to a connection. A head waits for what
 * comes next, so that a small message leaves in one buffer; {@link #flush} lets it go. Confined to
 * the connection's loop.
 */
public final class MessageWriter {
  /** Pieces up to this size are copied behind the head instead of taking a buffer of their own. */
  private static final int COALESCE = 4096;

  private static final int CHUNK_OVERHEAD = 24;
  private static final int CRLF = '\r' << 8 | '\n';
  private static final byte[] HEX =
      "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

  private final ChannelHandlerContext context;
  private @Nullable ByteBuf waiting;
  private boolean chunked;
  private boolean chunkOpen;
  private boolean dirty;

  /** A writer to that connection. */
  public MessageWriter(ChannelHandlerContext context) {
    this.context = context;
  }

  /** Takes a finished head; {@code chunks} tells how the body is framed. */
  public void head(HeadBuffer head, boolean chunks) {
    release();
    waiting = head.copy(context.alloc(), COALESCE / 2);
    chunked = chunks;
    chunkOpen = false;
    dirty = true;
  }

  /** Writes a piece of the body, and gives it back. */
  public void data(Bytes piece) {
    ByteBuf bytes = Octets.of(piece);
    int length = bytes.readableBytes();
    if (length == 0) {
      bytes.release();
      return;
    }
    dirty = true;
    ByteBuf ahead = waiting;
    boolean copy = ahead != null && length + CHUNK_OVERHEAD <= COALESCE;
    if (chunked) {
      if (ahead == null) {
        ahead = context.alloc().directBuffer(CHUNK_OVERHEAD);
        waiting = ahead;
      }
      chunkLine(ahead, length);
    }
    if (copy && ahead != null) {
      ahead.writeBytes(bytes);
      bytes.release();
      return;
    }
    release();
    context.write(bytes, context.voidPromise());
  }

  private void chunkLine(ByteBuf out, int length) {
    if (chunkOpen) {
      out.writeShort(CRLF);
    }
    chunkOpen = true;
    int shift = (31 - Integer.numberOfLeadingZeros(length)) & ~3;
    for (; shift >= 0; shift -= 4) {
      out.writeByte(HEX[length >>> shift & 15]);
    }
    out.writeShort(CRLF);
  }

  /** Completes the body. */
  public void end(@Nullable Fields trailers, HeadBuffer scratch) {
    if (!chunked) {
      return;
    }
    scratch.clear();
    if (chunkOpen) {
      chunkOpen = false;
      scratch.crlf();
    }
    scratch.text("0").crlf();
    if (trailers != null) {
      scratch.fields(trailers);
    }
    scratch.crlf();
    ByteBuf last = scratch.copy(context.alloc(), 0);
    ByteBuf ahead = waiting;
    if (ahead != null) {
      ahead.writeBytes(last);
      last.release();
    } else {
      waiting = last;
    }
    dirty = true;
    chunked = false;
  }

  /** Hands what was written to the kernel, as far as it takes it. */
  public void flush() {
    if (dirty) {
      dirty = false;
      endChunk();
      release();
      context.flush();
    }
  }

  /** A receiver may hold a chunk back until it has seen its end. */
  private void endChunk() {
    if (chunkOpen) {
      chunkOpen = false;
      ByteBuf ahead = waiting;
      if (ahead == null) {
        ahead = context.alloc().directBuffer(CHUNK_OVERHEAD);
        waiting = ahead;
      }
      ahead.writeShort(CRLF);
    }
  }

  private void release() {
    ByteBuf ahead = waiting;
    if (ahead != null) {
      waiting = null;
      context.write(ahead, context.voidPromise());
    }
  }

  /** The connection is gone: gives back what waits. */
  public void discard() {
    if (waiting != null) {
      waiting.release();
      waiting = null;
    }
  }
}
