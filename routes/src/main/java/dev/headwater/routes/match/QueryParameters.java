package dev.headwater.routes.match;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads one parameter of a query string ({@code a=1&b=2}, WHATWG URL 5.1): {@code +} is a space,
 * escapes are UTF-8, a malformed escape stands for itself, a parameter without {@code =} is empty.
 */
final class QueryParameters {
  private QueryParameters() {}

  /** The decoded value of the first parameter of that name, or null. */
  static @Nullable String first(@Nullable String query, String name) {
    if (query == null) {
      return null;
    }
    int at = 0;
    while (at <= query.length()) {
      int ampersand = query.indexOf('&', at);
      int end = ampersand < 0 ? query.length() : ampersand;
      int equals = query.indexOf('=', at);
      int nameEnd = equals < 0 || equals > end ? end : equals;
      if (nameEnd > at && isNamed(query, at, nameEnd, name)) {
        return nameEnd == end ? "" : decoded(query, nameEnd + 1, end);
      }
      at = end + 1;
    }
    return null;
  }

  private static boolean isNamed(String query, int from, int to, String name) {
    return isEncoded(query, from, to)
        ? decoded(query, from, to).equals(name)
        : to - from == name.length() && query.startsWith(name, from);
  }

  private static boolean isEncoded(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c == '%' || c == '+') {
        return true;
      }
    }
    return false;
  }

  private static String decoded(String text, int from, int to) {
    if (!isEncoded(text, from, to)) {
      return text.substring(from, to);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(to - from);
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      int escaped = c == '%' ? Escape.valueAt(text, i, to) : -1;
      if (escaped >= 0) {
        bytes.write(escaped);
        i += 2;
      } else if (c < 0x80) {
        bytes.write(c == '+' ? ' ' : c);
      } else {
        bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
