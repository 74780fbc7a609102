package dev.headwater.gateway.spool;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads the records of segments, through one buffer that is used again and again.
 *
 * <pre>
 * record = length of the body (4 bytes), CRC32C of length and body (4), body
 * body   = format (1), number of spans (4), end of the oldest in µs since 1970 (8), spans
 * span   = length (4), bytes
 * </pre>
 *
 * All numbers are big endian. Confined to the spool's lock.
 */
final class RecordBuffer {
  private static final int FRAME_BYTES = 8;
  private static final int HEAD_BYTES = 13;

  /** A longer body is damage: no message is that large. */
  private static final int MAX_BODY_BYTES = 16 * 1024 * 1024;

  private static final int FIRST_CAPACITY = 64 * 1024;

  private final CRC32C crc = new CRC32C();
  private ByteBuffer buffer = ByteBuffer.allocate(FIRST_CAPACITY);

  /**
   * A record in a file.
   *
   * @param end offset behind it
   * @param intact whether the checksum holds; nothing below means anything otherwise
   * @param spans how many it has
   */
  record Found(long end, boolean intact, byte format, int spans, long oldestMicros) {}

  /** Puts a record into {@link #bytes()} and returns its length. */
  int encode(byte format, long oldestMicros, List<byte[]> spans) {
    long body = HEAD_BYTES;
    for (byte[] span : spans) {
      body += Integer.BYTES + span.length;
    }
    if (body > MAX_BODY_BYTES) {
      throw new IllegalArgumentException(
          "spans: " + body + " bytes (expected at most " + MAX_BODY_BYTES + ")");
    }
    reserve(FRAME_BYTES + (int) body);
    buffer.putInt((int) body).putInt(0).put(format).putInt(spans.size()).putLong(oldestMicros);
    for (byte[] span : spans) {
      buffer.putInt(span.length).put(span);
    }
    buffer.putInt(Integer.BYTES, checksum((int) body));
    return FRAME_BYTES + (int) body;
  }

  /** What {@link #encode} wrote, from index 0. */
  byte[] bytes() {
    return buffer.array();
  }

  /**
   * Reads the record at this offset, or null where no record can be: at the end, or behind damage.
   *
   * @param size of the file
   */
  @Nullable Found read(RandomAccessFile file, long offset, long size) throws IOException {
    if (size - offset < FRAME_BYTES + HEAD_BYTES) {
      return null;
    }
    reserve(FRAME_BYTES);
    file.seek(offset);
    file.readFully(buffer.array(), 0, FRAME_BYTES);
    int body = buffer.getInt();
    if (body < HEAD_BYTES || body > MAX_BODY_BYTES || body > size - offset - FRAME_BYTES) {
      return null;
    }
    int expected = buffer.getInt();
    reserve(FRAME_BYTES + body);
    buffer.putInt(body).putInt(expected);
    file.readFully(buffer.array(), FRAME_BYTES, body);
    long end = offset + FRAME_BYTES + body;
    boolean intact = checksum(body) == expected && lengthsFit(body);
    buffer.position(FRAME_BYTES);
    return new Found(end, intact, buffer.get(), buffer.getInt(), buffer.getLong());
  }

  /** The end of the oldest span of the record at this offset, unchecked; 0 where there is none. */
  long readOldest(RandomAccessFile file, long offset, long size) throws IOException {
    if (size - offset < FRAME_BYTES + HEAD_BYTES) {
      return 0;
    }
    reserve(FRAME_BYTES + HEAD_BYTES);
    file.seek(offset);
    file.readFully(buffer.array(), 0, FRAME_BYTES + HEAD_BYTES);
    return buffer.getLong(FRAME_BYTES + HEAD_BYTES - Long.BYTES);
  }

  /** Copies the spans of the record read last. */
  void copySpans(int spans, List<byte[]> into) {
    buffer.position(FRAME_BYTES + HEAD_BYTES);
    for (int i = 0; i < spans; i++) {
      byte[] span = new byte[buffer.getInt()];
      buffer.get(span);
      into.add(span);
    }
  }

  private int checksum(int body) {
    crc.reset();
    crc.update(buffer.array(), 0, Integer.BYTES);
    crc.update(buffer.array(), FRAME_BYTES, body);
    return (int) crc.getValue();
  }

  /** A checksum says that nothing changed, not that the writer was sane. */
  private boolean lengthsFit(int body) {
    int end = FRAME_BYTES + body;
    int spans = buffer.getInt(FRAME_BYTES + 1);
    int at = FRAME_BYTES + HEAD_BYTES;
    for (int i = 0; i < spans; i++) {
      if (end - at < Integer.BYTES) {
        return false;
      }
      int length = buffer.getInt(at);
      at += Integer.BYTES;
      if (length < 0 || length > end - at) {
        return false;
      }
      at += length;
    }
    return spans > 0 && at == end;
  }

  private void reserve(int bytes) {
    if (buffer.capacity() < bytes) {
      buffer = ByteBuffer.allocate(Math.max(bytes, buffer.capacity() * 2));
    }
    buffer.clear();
  }
}
