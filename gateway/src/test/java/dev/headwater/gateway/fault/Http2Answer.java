package dev.headwater.gateway.fault;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What became of a stream that is over.
 *
 * @param fields of the head, {@code :status} included; empty where none came
 * @param trailers fields behind the body
 * @param reset error code of the RST_STREAM that ended it, or -1
 */
public record Http2Answer(
    List<StrictField> fields, byte[] body, List<StrictField> trailers, int reset) {

  /** The status, or 0 where no head came. */
  public int status() {
    List<String> values = all(":status");
    return values.isEmpty() ? 0 : Integer.parseInt(values.get(0));
  }

  /** Values of all fields of that name in the head, in order. */
  public List<String> all(String name) {
    return StrictField.all(fields, name);
  }

  /** The body as text, a character per byte. */
  public String text() {
    return new String(body, StandardCharsets.ISO_8859_1);
  }
}
