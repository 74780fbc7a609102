package dev.headwater.gateway.wire;

import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.StatusText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Where heads are serialised: an array that one event loop uses over and over, copied into a buffer
 * for the kernel in one piece. Everything is written anew from checked parts; no framing byte of a
 * peer passes. Confined to its loop.
 */
public final class HeadBuffer implements Fields.RangeSink {
  private static final byte[] HTTP11_CRLF = ascii(" HTTP/1.1\r\n");
  private static final byte[] HTTP11 = ascii("HTTP/1.1 ");
  private static final byte[] CONTENT_LENGTH = ascii("Content-Length: ");
  private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
  private static final byte[] CONNECTION_CLOSE = ascii("Connection: close\r\n");
  private static final byte[] CONNECTION_KEEP = ascii("Connection: keep-alive\r\n");
  private static final byte[] HOST = ascii("Host: ");
  private static final byte[][] STATUS_LINES = new byte[600][];

  static {
    for (int status = 100; status < STATUS_LINES.length; status++) {
      STATUS_LINES[status] = ascii(status + " " + StatusText.of(status) + "\r\n");
    }
  }

  private byte[] data = new byte[4096];
  private int length;

  /** Begins anew. */
  public HeadBuffer clear() {
    length = 0;
    return this;
  }

  /** Request line and Host. */
  public HeadBuffer requestLine(String method, String target, String host) {
    text(method);
    room(1);
    data[length++] = ' ';
    text(target);
    bytes(HTTP11_CRLF);
    bytes(HOST);
    text(host);
    return crlf();
  }

  /** Status line of HTTP/1.1, the version we speak whatever the peer does. */
  public HeadBuffer statusLine(int status) {
    bytes(HTTP11);
    return bytes(STATUS_LINES[status]);
  }

  /** The fields that are left. */
  public HeadBuffer fields(Fields fields) {
    fields.write(this);
    return this;
  }

  public HeadBuffer contentLength(long bytes) {
    bytes(CONTENT_LENGTH);
    text(Long.toString(bytes));
    return crlf();
  }

  public HeadBuffer chunked() {
    return bytes(CHUNKED);
  }

  public HeadBuffer connectionClose() {
    return bytes(CONNECTION_CLOSE);
  }

  public HeadBuffer connectionKeepAlive() {
    return bytes(CONNECTION_KEEP);
  }

  /** Ends a line, or the head. */
  public HeadBuffer crlf() {
    room(2);
    data[length++] = '\r';
    data[length++] = '\n';
    return this;
  }

  /** Latin-1 text. */
  @SuppressWarnings("deprecation") // the one bulk copy of Latin-1 strings that the JDK has
  public HeadBuffer text(String text) {
    int count = text.length();
    room(count);
    text.getBytes(0, count, data, length);
    length += count;
    return this;
  }

  private HeadBuffer bytes(byte[] source) {
    write(source, 0, source.length);
    return this;
  }

  @Override
  public void write(byte[] source, int from, int count) {
    room(count);
    System.arraycopy(source, from, data, length, count);
    length += count;
  }

  private void room(int count) {
    if (data.length - length < count) {
      data = Arrays.copyOf(data, Math.max(data.length * 2, length + count));
    }
  }

  /** What was written, in a buffer with room for {@code extra} bytes more. */
  public ByteBuf copy(ByteBufAllocator allocator, int extra) {
    return allocator.directBuffer(length + extra).writeBytes(data, 0, length);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
