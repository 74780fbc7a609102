package dev.headwater.gateway.wire;

import dev.headwater.gateway.pipeline.FieldName;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.RequestHead;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Takes the framing off a body (RFC 9112 6 and 7): a count, chunks, or everything until close.
 *
 * <p>Chunk lines are read strictly: hexadecimal digits only, at most 15; extensions are checked,
 * bounded to 256 bytes a line and 4 KiB a body, and dropped. Trailers keep fields that mean nothing
 * to framing, routing or tracing. Pieces are slices of the buffer; nothing is copied. Not thread
 * safe; one per connection and direction.
 */
public final class BodyReader {
  /** Takes what was found. */
  public interface Taker {
    /** The next piece. */
    void data(Octets piece) throws ProtocolError;

    /** The body is complete. */
    void end(@Nullable Fields trailers);

    /** Whether reading should go on now. */
    boolean taking();
  }

  private static final int MAX_SIZE_DIGITS = 15;
  private static final int MAX_EXTENSION = 256;
  private static final int MAX_EXTENSIONS = 4096;
  static final int MAX_TRAILERS = 8192;
  private static final int MAX_TRAILER_FIELDS = 64;

  private enum State {
    DONE,
    COUNTED,
    UNTIL_CLOSE,
    CHUNK_SIZE,
    CHUNK_DATA,
    CHUNK_END,
    TRAILERS
  }

  private State state = State.DONE;
  private long left;
  private int extensions;

  /** The next body has that many bytes, or is chunked. */
  public void begin(long length) {
    left = length;
    extensions = 0;
    state =
        length == RequestHead.CHUNKED ? State.CHUNK_SIZE : length == 0 ? State.DONE : State.COUNTED;
  }

  /** The next body ends with the connection. */
  public void beginUntilClose() {
    state = State.UNTIL_CLOSE;
  }

  /** Whether the body is complete. */
  public boolean done() {
    return state == State.DONE;
  }

  /** The peer closed. Completes a body that ends so. */
  public boolean closed(Taker taker) {
    if (state != State.UNTIL_CLOSE) {
      return false;
    }
    state = State.DONE;
    taker.end(null);
    return true;
  }

  /** Reads as long as there is input and the taker wants more. */
  public void read(ByteBuf in, Taker taker) throws ProtocolError {
    while (state != State.DONE && in.isReadable() && taker.taking()) {
      if (!step(in, taker)) {
        return;
      }
    }
  }

  private boolean step(ByteBuf in, Taker taker) throws ProtocolError {
    switch (state) {
      case COUNTED -> {
        data(in, taker);
        if (left == 0) {
          state = State.DONE;
          taker.end(null);
        }
      }
      case UNTIL_CLOSE -> taker.data(new Octets(in.readRetainedSlice(in.readableBytes())));
      case CHUNK_SIZE -> {
        return chunkSize(in);
      }
      case CHUNK_DATA -> {
        data(in, taker);
        if (left == 0) {
          state = State.CHUNK_END;
        }
      }
      case CHUNK_END -> {
        return chunkEnd(in);
      }
      case TRAILERS -> {
        return trailers(in, taker);
      }
      case DONE -> throw new IllegalStateException("state: DONE");
    }
    return true;
  }

  private void data(ByteBuf in, Taker taker) throws ProtocolError {
    int length = (int) Math.min(left, in.readableBytes());
    left -= length;
    taker.data(new Octets(in.readRetainedSlice(length)));
  }

  private boolean chunkSize(ByteBuf in) throws ProtocolError {
    int from = in.readerIndex();
    int end = in.writerIndex();
    int at = from;
    long size = 0;
    int digit = -1;
    while (at < end && (digit = Syntax.hex(in.getByte(at))) >= 0) {
      size = size << 4 | digit;
      at++;
      if (at - from > MAX_SIZE_DIGITS) {
        throw badChunk("a chunk size is too long");
      }
    }
    if (at == end) {
      return false;
    }
    if (at == from) {
      throw badChunk("a chunk size is not hexadecimal");
    }
    int lf = extensionEnd(in, at, end);
    if (lf < 0) {
      return false;
    }
    extensions += lf - 1 - at;
    if (extensions > MAX_EXTENSIONS) {
      throw badChunk("chunk extensions are too large");
    }
    in.readerIndex(lf + 1);
    left = size;
    state = size == 0 ? State.TRAILERS : State.CHUNK_DATA;
    return true;
  }

  /** Place of the LF that ends a chunk line, or -1; everything before its CR has been checked. */
  private static int extensionEnd(ByteBuf in, int from, int end) throws ProtocolError {
    byte first = in.getByte(from);
    if (first != '\r' && first != ';' && !Syntax.space(first)) {
      throw badChunk("a chunk size is not hexadecimal");
    }
    for (int at = from; at < end; at++) {
      byte c = in.getByte(at);
      if (c == '\r') {
        if (at + 1 == end) {
          return -1;
        }
        if (in.getByte(at + 1) != '\n') {
          throw badChunk("a chunk line holds a bare CR");
        }
        if (!ChunkExtensions.valid(in, from, at)) {
          throw badChunk("a chunk extension is malformed");
        }
        return at + 1;
      }
      if ((c >= 0 && c < 0x20 && c != '\t') || c == 0x7f) {
        throw badChunk("a chunk extension holds an invalid character");
      }
      if (at - from > MAX_EXTENSION) {
        throw badChunk("a chunk extension is too long");
      }
    }
    return -1;
  }

  private boolean chunkEnd(ByteBuf in) throws ProtocolError {
    int at = in.readerIndex();
    if (in.getByte(at) != '\r') {
      throw badChunk("a chunk is longer than its size");
    }
    if (in.readableBytes() < 2) {
      return false;
    }
    if (in.getByte(at + 1) != '\n') {
      throw badChunk("a chunk is longer than its size");
    }
    in.skipBytes(2);
    state = State.CHUNK_SIZE;
    return true;
  }

  private boolean trailers(ByteBuf in, Taker taker) throws ProtocolError {
    int from = in.readerIndex();
    int end = in.writerIndex();
    int lineStart = from;
    while (true) {
      int lf = in.indexOf(lineStart, end, (byte) '\n');
      if (lf < 0) {
        if (end - from > MAX_TRAILERS) {
          throw badChunk("the trailer section is too large");
        }
        return false;
      }
      if (lf == lineStart || in.getByte(lf - 1) != '\r') {
        throw badChunk("a trailer line ends without CRLF");
      }
      if (lf - 1 == lineStart) {
        break;
      }
      lineStart = lf + 1;
    }
    if (lineStart - from > MAX_TRAILERS) {
      throw badChunk("the trailer section is too large");
    }
    Fields trailers = lineStart == from ? null : trailerFields(in, lineStart - from);
    in.skipBytes(in.readableBytes() >= 2 ? 2 : 0);
    state = State.DONE;
    taker.end(trailers);
    return true;
  }

  private static @Nullable Fields trailerFields(ByteBuf in, int length) throws ProtocolError {
    byte[] data = new byte[length];
    in.readBytes(data);
    Fields fields = HeadReader.fields(data, 0, length, MAX_TRAILER_FIELDS);
    for (int i = 0; i < fields.count(); i++) {
      if (fields.id(i) != FieldName.OTHER) {
        fields.removeAt(i);
      }
    }
    return fields.isEmpty() ? null : fields;
  }

  private static ProtocolError badChunk(String detail) {
    return ProtocolError.malformed("chunk", detail);
  }
}
