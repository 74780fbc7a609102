package dev.headwater.gateway.fault;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What requests and responses have in common (RFC 9112 2.2, 5, 6, 7), without any of the lenience
 * that a recipient may have. What is wrong is a {@link Violation}, what stops too early an {@link
 * EOFException}.
 */
final class StrictReader {
  /** Content-Length and Transfer-Encoding are both absent. */
  static final long UNSAID = -1;

  /** Transfer-Encoding is chunked. */
  static final long CHUNKED = -2;

  private final InputStream in;

  StrictReader(InputStream in) {
    this.in = in;
  }

  /** A line without its CRLF; null where the input ended before its first byte. */
  @Nullable String line() throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      int next = in.read();
      if (next < 0 && line.isEmpty()) {
        return null;
      }
      if (byteOf(next) == '\r') {
        if (byteOf(in.read()) != '\n') {
          throw new Violation("bare CR behind: " + line);
        }
        return line.toString();
      }
      if (next == '\n') {
        throw new Violation("bare LF behind: " + line);
      }
      if (next == 0) {
        throw new Violation("NUL behind: " + line);
      }
      line.append((char) next);
    }
  }

  private static int byteOf(int read) throws EOFException {
    if (read < 0) {
      throw new EOFException("the input ended inside a message");
    }
    return read;
  }

  private String lineThere() throws IOException {
    String line = line();
    if (line == null) {
      throw new EOFException("the input ended before a line");
    }
    return line;
  }

  /** Field lines up to the empty line behind them. */
  List<StrictField> fields() throws IOException {
    List<StrictField> fields = new ArrayList<>();
    for (String line = lineThere(); !line.isEmpty(); line = lineThere()) {
      int colon = line.indexOf(':');
      if (colon < 0 || !token(line.substring(0, colon))) {
        throw new Violation("field line: " + line);
      }
      String value = line.substring(colon + 1);
      if (!value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c != 0x7f))) {
        throw new Violation("field value: " + line);
      }
      fields.add(new StrictField(line.substring(0, colon), trimmed(value)));
    }
    return fields;
  }

  /** Without spaces and tabs at both ends. */
  private static String trimmed(String value) {
    return value.replaceAll("^[ \t]+|[ \t]+$", "");
  }

  static boolean token(String text) {
    return text.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  }

  /** What the fields say of the body's length: bytes, {@link #CHUNKED} or {@link #UNSAID}. */
  static long length(List<StrictField> fields, boolean http11) throws Violation {
    List<String> lengths = StrictField.all(fields, "content-length");
    List<String> encodings = StrictField.all(fields, "transfer-encoding");
    if (!lengths.isEmpty() && !encodings.isEmpty()) {
      throw new Violation("Content-Length " + lengths + " and Transfer-Encoding " + encodings);
    }
    if (!encodings.isEmpty()) {
      if (!http11 || encodings.size() > 1 || !encodings.get(0).equalsIgnoreCase("chunked")) {
        throw new Violation("Transfer-Encoding: " + encodings + " (1.1: " + http11 + ")");
      }
      return CHUNKED;
    }
    if (lengths.isEmpty()) {
      return UNSAID;
    }
    if (lengths.size() > 1 || !lengths.get(0).matches("[0-9]{1,18}")) {
      throw new Violation("Content-Length: " + lengths);
    }
    return Long.parseLong(lengths.get(0));
  }

  byte[] counted(long length) throws IOException {
    byte[] body = in.readNBytes(Math.toIntExact(length));
    if (body.length < length) {
      throw new EOFException("body: " + body.length + " bytes of " + length);
    }
    return body;
  }

  byte[] untilClose() throws IOException {
    return in.readAllBytes();
  }

  /** A chunked body; its trailers are added to {@code trailers}. */
  byte[] chunked(List<StrictField> trailers) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (long size = chunkSize(); size > 0; size = chunkSize()) {
      body.writeBytes(counted(size));
      if (!lineThere().isEmpty()) {
        throw new Violation("a chunk is longer than its size");
      }
    }
    trailers.addAll(fields());
    return body.toByteArray();
  }

  private long chunkSize() throws IOException {
    String line = lineThere();
    String quoted = "\"(?:[\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\t -~\\x80-\\xff])*\"";
    String token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    String extension =
        "[ \t]*;[ \t]*" + token + "(?:[ \t]*=[ \t]*(?:" + token + "|" + quoted + "))?";
    if (!line.matches("[0-9A-Fa-f]{1,8}(?:" + extension + ")*")) {
      throw new Violation("chunk line: " + line);
    }
    return Long.parseLong(line.split("[ \t;]", 2)[0], 16);
  }

  static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
