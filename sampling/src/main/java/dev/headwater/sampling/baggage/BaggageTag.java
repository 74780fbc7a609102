package dev.headwater.sampling.baggage;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A baggage entry as a span shows it.
 *
 * @param name {@code baggage.KEY}
 * @param value percent-decoded; control characters became spaces, bytes that are no UTF-8 the
 *     replacement character
 */
public record BaggageTag(String name, String value) {
  private static final String PREFIX = "baggage.";

  static BaggageTag of(String key, String encoded) {
    return new BaggageTag(PREFIX + key, decoded(encoded));
  }

  boolean isOf(String key) {
    return name.length() == PREFIX.length() + key.length() && name.endsWith(key);
  }

  /** Percent signs without two hexadecimal digits stay as they are. */
  static String decoded(String encoded) {
    if (encoded.indexOf('%') < 0) {
      return printable(encoded);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length());
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      int octet = c == '%' && i + 2 < encoded.length() ? octet(encoded, i + 1) : -1;
      bytes.write(octet < 0 ? c : octet);
      i += octet < 0 ? 0 : 2;
    }
    return printable(bytes.toString(StandardCharsets.UTF_8));
  }

  private static int octet(String text, int at) {
    int high = Character.digit(text.charAt(at), 16);
    int low = Character.digit(text.charAt(at + 1), 16);
    return high < 0 || low < 0 || text.charAt(at) > 'f' || text.charAt(at + 1) > 'f'
        ? -1
        : high << 4 | low;
  }

  /** A line end in a value must not become one in somebody's log. */
  private static String printable(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        StringBuilder plain = new StringBuilder(text);
        for (int at = i; at < text.length(); at++) {
          if (Character.isISOControl(text.charAt(at))) {
            plain.setCharAt(at, ' ');
          }
        }
        return plain.toString();
      }
    }
    return text;
  }
}
