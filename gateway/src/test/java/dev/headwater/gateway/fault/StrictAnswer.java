package dev.headwater.gateway.fault;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A response as a client reads it that takes RFC 9112 by the letter: status line, fields, and the
 * body by its framing. Nothing of what follows on the connection is read.
 *
 * @param body without its framing
 * @param untilClose whether only the end of the connection ended the body
 */
public record StrictAnswer(
    int status,
    List<StrictField> fields,
    byte[] body,
    List<StrictField> trailers,
    boolean untilClose) {

  /**
   * The next response, an informational one included.
   *
   * @param bodiless whether it answers HEAD
   * @throws Violation when it is none
   * @throws EOFException when it is missing or cut short
   */
  public static StrictAnswer read(InputStream in, boolean bodiless) throws IOException {
    StrictReader reader = new StrictReader(in);
    String line = reader.line();
    if (line == null) {
      throw new EOFException("no response");
    }
    if (!line.matches("HTTP/1\\.1 [1-5][0-9]{2} [\t \\x21-\\x7e\\x80-\\xff]*")) {
      throw new Violation("status line: " + line);
    }
    int status = Integer.parseInt(line.substring(9, 12));
    List<StrictField> fields = reader.fields();
    long length = StrictReader.length(fields, true);
    boolean none = bodiless || status < 200 || status == 204 || status == 304;
    if ((status < 200 || status == 204) && length != StrictReader.UNSAID) {
      throw new Violation("framing of a " + status + ": " + fields);
    }
    List<StrictField> trailers = new ArrayList<>();
    byte[] body;
    if (none) {
      body = new byte[0];
    } else if (length == StrictReader.CHUNKED) {
      body = reader.chunked(trailers);
    } else {
      body = length == StrictReader.UNSAID ? reader.untilClose() : reader.counted(length);
    }
    return new StrictAnswer(status, fields, body, trailers, !none && length == StrictReader.UNSAID);
  }

  /** Values of all fields of that name, in order. */
  public List<String> all(String name) {
    return StrictField.all(fields, name);
  }

  /** Whether the sender says that nothing follows. */
  public boolean last() {
    return all("connection").stream().anyMatch(value -> value.equalsIgnoreCase("close"));
  }

  /** The body as text, a character per byte. */
  public String text() {
    return new String(body, StandardCharsets.ISO_8859_1);
  }
}
