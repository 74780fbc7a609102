package dev.headwater.gateway;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A WebSocket frame as bytes (RFC 6455 5.2).
 *
 * @param first FIN, reserved bits and opcode
 */
record WebSocketFrame(int first, byte[] payload) {
  static final int TEXT = 0x81;
  static final int CLOSE = 0x88;
  private static final int MASK = 0x11223344;

  static WebSocketFrame text(String text) {
    return new WebSocketFrame(TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  static WebSocketFrame close(int code, String reason) {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    return new WebSocketFrame(
        CLOSE, ByteBuffer.allocate(2 + text.length).putShort((short) code).put(text).array());
  }

  /** As a server sends it. */
  byte[] plain() {
    return bytes(0, payload);
  }

  /** As a client sends it. */
  byte[] masked() {
    return bytes(0x80, mask(payload));
  }

  private byte[] bytes(int flag, byte[] body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(first);
    if (payload.length < 126) {
      out.write(flag | payload.length);
    } else if (payload.length < 0x10000) {
      out.write(flag | 126);
      out.writeBytes(ByteBuffer.allocate(2).putShort((short) payload.length).array());
    } else {
      out.write(flag | 127);
      out.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
    }
    if (flag != 0) {
      out.writeBytes(ByteBuffer.allocate(4).putInt(MASK).array());
    }
    out.writeBytes(body);
    return out.toByteArray();
  }

  private static byte[] mask(byte[] payload) {
    byte[] masked = new byte[payload.length];
    for (int i = 0; i < masked.length; i++) {
      masked[i] = (byte) (payload[i] ^ MASK >>> 24 - 8 * (i & 3));
    }
    return masked;
  }

  /** The next frame, unmasked. */
  static WebSocketFrame read(InputStream in) throws IOException {
    int first = in.read();
    int second = in.read();
    if (second < 0) {
      throw new IOException("closed where a frame was expected");
    }
    long length = second & 0x7f;
    if (length > 125) {
      byte[] more = in.readNBytes(length == 126 ? 2 : 8);
      length = 0;
      for (byte next : more) {
        length = length << 8 | next & 0xff;
      }
    }
    byte[] key = in.readNBytes((second & 0x80) == 0 ? 0 : 4);
    byte[] payload = in.readNBytes((int) length);
    for (int i = 0; key.length > 0 && i < payload.length; i++) {
      payload[i] ^= key[i & 3];
    }
    return new WebSocketFrame(first, payload);
  }

  String text() {
    return new String(payload, StandardCharsets.UTF_8);
  }

  /** Code of a Close frame. */
  int code() {
    return payload.length < 2 ? 0 : ByteBuffer.wrap(payload).getShort() & 0xffff;
  }
}
