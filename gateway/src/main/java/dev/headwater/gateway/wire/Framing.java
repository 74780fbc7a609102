package dev.headwater.gateway.wire;

import dev.headwater.gateway.pipeline.FieldName;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.ListField;
import dev.headwater.gateway.pipeline.RequestHead;

/**
 * How long a body is (RFC 9112 6.3), with nothing left to interpretation: Content-Length is one
 * plain number, Transfer-Encoding is {@code chunked} and nothing else, and never both.
 */
public final class Framing {
  /** Neither field is there. */
  public static final long UNSAID = -2;

  private Framing() {}

  /**
   * What the fields say.
   *
   * @return bytes, {@link RequestHead#CHUNKED}, or {@link #UNSAID}
   */
  public static long of(Fields fields, boolean http11) throws ProtocolError {
    boolean length = fields.has(FieldName.CONTENT_LENGTH);
    if (!fields.has(FieldName.TRANSFER_ENCODING)) {
      return length ? contentLength(fields) : UNSAID;
    }
    if (length) {
      throw ProtocolError.malformed(
          "length_and_encoding", "both Content-Length and Transfer-Encoding");
    }
    if (!http11) {
      throw ProtocolError.malformed("encoding_in_http10", "Transfer-Encoding in HTTP/1.0");
    }
    int at = fields.find(FieldName.TRANSFER_ENCODING, 0);
    if (fields.find(FieldName.TRANSFER_ENCODING, at + 1) >= 0 || !fields.valueIs(at, "chunked")) {
      throw ProtocolError.malformed(
          "transfer_encoding", "Transfer-Encoding is not exactly 'chunked'");
    }
    return RequestHead.CHUNKED;
  }

  private static long contentLength(Fields fields) throws ProtocolError {
    int at = fields.find(FieldName.CONTENT_LENGTH, 0);
    int digits = fields.valueLength(at);
    boolean valid = fields.find(FieldName.CONTENT_LENGTH, at + 1) < 0 && digits > 0 && digits <= 18;
    long value = 0;
    for (int i = 0; valid && i < digits; i++) {
      int digit = fields.valueByte(at, i) - '0';
      valid = digit >= 0 && digit <= 9;
      value = value * 10 + digit;
    }
    if (!valid) {
      throw ProtocolError.malformed("content_length", "Content-Length is not one decimal number");
    }
    return value;
  }

  /** Whether the connection outlives the message (RFC 9112 9.3): a {@code close} always wins. */
  public static boolean keepsAlive(Fields fields, boolean http11) {
    boolean keep = http11;
    for (int at = fields.find(FieldName.CONNECTION, 0);
        at >= 0;
        at = fields.find(FieldName.CONNECTION, at + 1)) {
      if (fields.valueIs(at, "keep-alive")) {
        keep = true;
      } else {
        String value = fields.value(at);
        if (ListField.contains(value, "close")) {
          return false;
        }
        keep |= ListField.contains(value, "keep-alive");
      }
    }
    return keep;
  }
}
