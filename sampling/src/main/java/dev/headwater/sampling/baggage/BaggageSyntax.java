package dev.headwater.sampling.baggage;

/**
 * One list member of W3C Baggage, read in place: {@code key OWS = OWS value *( OWS ; OWS property
 * )}. Positions are indices into the header's value. Nothing here throws or allocates, but for the
 * value that is asked for.
 */
final class BaggageSyntax {
  /** Delimiters that a token may not hold (RFC 9110 5.6.2). */
  private static final String DELIMITERS = "\"(),/:;<=>?@[\\]{}";

  private BaggageSyntax() {}

  /** The first place from {@code from} on that is no white space, at most {@code to}. */
  static int skip(String text, int from, int to) {
    int at = from;
    while (at < to && isSpace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  /** The end of what is no white space at its end, at least {@code from}. */
  static int trim(String text, int from, int to) {
    int end = to;
    while (end > from && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return end;
  }

  /** Where the key of a member without white space around it ends, or -1 when it is malformed. */
  static int keyEnd(String text, int from, int to) {
    int end = from;
    while (end < to && isToken(text.charAt(end))) {
      end++;
    }
    int sign = skip(text, end, to);
    if (end == from || sign == to || text.charAt(sign) != '=') {
      return -1;
    }
    int valueFrom = skip(text, sign + 1, to);
    int valueEnd = valueEnd(text, valueFrom, to);
    for (int i = valueFrom; i < to; i++) {
      char c = text.charAt(i);
      boolean isOfProperty = i >= valueEnd && (c == ';' || isSpace(c));
      if (!isOctet(c) && !isOfProperty) {
        return -1;
      }
    }
    // White space behind the value has to be followed by a property.
    int rest = skip(text, valueEnd, to);
    return rest < to && text.charAt(rest) != ';' ? -1 : end;
  }

  /** The value of a well-formed member whose key ends at {@code keyEnd}, without properties. */
  static String value(String text, int keyEnd, int to) {
    int from = skip(text, text.indexOf('=', keyEnd) + 1, to);
    return text.substring(from, valueEnd(text, from, to));
  }

  private static int valueEnd(String text, int from, int to) {
    int end = from;
    while (end < to && text.charAt(end) != ';' && !isSpace(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }

  private static boolean isToken(char c) {
    return c > 0x20 && c < 0x7f && DELIMITERS.indexOf(c) < 0;
  }

  /** baggage-octet, and the semicolon apart: visible ASCII but for quotes, comma, backslash. */
  private static boolean isOctet(char c) {
    return c > 0x20 && c < 0x7f && c != '"' && c != ',' && c != ';' && c != '\\';
  }
}
