package dev.headwater.gateway.tracestore;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Unpacks a body and stops at a bound, whatever its packed size promised. */
final class BoundedGzip {
  private BoundedGzip() {}

  /**
   * The plain body.
   *
   * @param encoding value of Content-Encoding, null for none
   * @param most bytes a plain body may have
   * @throws TooLargeException when there are more
   * @throws UnsupportedOperationException for an encoding other than gzip
   */
  static byte[] unpack(@Nullable String encoding, byte[] body, int most) throws IOException {
    if (encoding == null || encoding.isEmpty() || encoding.equalsIgnoreCase("identity")) {
      return body;
    }
    if (!encoding.equalsIgnoreCase("gzip")) {
      throw new UnsupportedOperationException(
          "content-encoding: " + encoding + " (expected gzip or none)");
    }
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
      byte[] plain = in.readNBytes(most + 1);
      if (plain.length > most) {
        throw new TooLargeException(most);
      }
      return plain;
    }
  }

  /** More than the bound. Expected, so it carries no stack trace. */
  static final class TooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooLargeException(int most) {
      super("body unpacks to more than " + most + " bytes", null, false, false);
    }
  }
}
