package dev.headwater.gateway.fault;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One frame as it is on the wire (RFC 9113 4.1); nothing is checked, so that any nonsense can be
 * said. The static methods make the frames that tests need most.
 */
public record Http2Frame(int type, int flags, int stream, byte[] payload) {
  public static final int DATA = 0;
  public static final int HEADERS = 1;
  public static final int PRIORITY = 2;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int PING = 6;
  public static final int GOAWAY = 7;
  public static final int WINDOW_UPDATE = 8;
  public static final int CONTINUATION = 9;

  public static final int END_STREAM = 1;
  public static final int ACK = 1;
  public static final int END_HEADERS = 4;

  /** What a client says first. */
  public static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private static final int HEAD = 9;

  public static Http2Frame data(int stream, byte[] bytes, boolean last) {
    return new Http2Frame(DATA, last ? END_STREAM : 0, stream, bytes);
  }

  /** A whole header block. */
  public static Http2Frame headers(int stream, byte[] block, boolean last) {
    return new Http2Frame(HEADERS, END_HEADERS | (last ? END_STREAM : 0), stream, block);
  }

  /** A header block that {@link #continuation} goes on with. */
  public static Http2Frame headersBegun(int stream, byte[] part, boolean last) {
    return new Http2Frame(HEADERS, last ? END_STREAM : 0, stream, part);
  }

  /**
   * More of a header block.
   *
   * @param whole whether the block ends here
   */
  public static Http2Frame continuation(int stream, byte[] part, boolean whole) {
    return new Http2Frame(CONTINUATION, whole ? END_HEADERS : 0, stream, part);
  }

  public static Http2Frame reset(int stream, int error) {
    return new Http2Frame(RST_STREAM, 0, stream, number(error));
  }

  /** Settings as pairs of identifier and value. */
  public static Http2Frame settings(int... pairs) {
    ByteBuffer payload = ByteBuffer.allocate(pairs.length * 3);
    for (int i = 0; i < pairs.length; i += 2) {
      payload.putShort((short) pairs[i]).putInt(pairs[i + 1]);
    }
    return new Http2Frame(SETTINGS, 0, 0, payload.array());
  }

  public static Http2Frame settingsAck() {
    return new Http2Frame(SETTINGS, ACK, 0, new byte[0]);
  }

  public static Http2Frame ping(long opaque, boolean ack) {
    return new Http2Frame(PING, ack ? ACK : 0, 0, ByteBuffer.allocate(8).putLong(opaque).array());
  }

  public static Http2Frame windowUpdate(int stream, int increment) {
    return new Http2Frame(WINDOW_UPDATE, 0, stream, number(increment));
  }

  public static Http2Frame goAway(int lastStream, int error) {
    return new Http2Frame(
        GOAWAY, 0, 0, ByteBuffer.allocate(8).putInt(lastStream).putInt(error).array());
  }

  public static Http2Frame priority(int stream, int dependsOn, int weight) {
    return new Http2Frame(
        PRIORITY, 0, stream, ByteBuffer.allocate(5).putInt(dependsOn).put((byte) weight).array());
  }

  private static byte[] number(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  /** As bytes; a payload longer than a frame may be is written all the same. */
  public byte[] bytes() {
    return ByteBuffer.allocate(HEAD + payload.length)
        .put((byte) (payload.length >>> 16))
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  /** The next frame; null where the input ended in front of it. */
  static @Nullable Http2Frame read(InputStream in) throws IOException {
    byte[] head = in.readNBytes(HEAD);
    if (head.length == 0) {
      return null;
    }
    if (head.length < HEAD) {
      throw new EOFException("the input ended inside a frame's head");
    }
    ByteBuffer fields = ByteBuffer.wrap(head);
    int length = (fields.getShort() & 0xffff) << 8 | fields.get() & 0xff;
    int type = fields.get();
    int flags = fields.get() & 0xff;
    int stream = fields.getInt() & 0x7fffffff;
    byte[] payload = new byte[length];
    new DataInputStream(in).readFully(payload);
    return new Http2Frame(type, flags, stream, payload);
  }

  public boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** The number of a RST_STREAM, WINDOW_UPDATE, or the error of a GOAWAY. */
  public int value() {
    return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? 4 : 0);
  }

  /** Last stream of a GOAWAY. */
  public int lastStream() {
    return ByteBuffer.wrap(payload).getInt() & 0x7fffffff;
  }

  @Override
  public String toString() {
    return "frame type="
        + type
        + " flags="
        + flags
        + " stream="
        + stream
        + " length="
        + payload.length;
  }
}
