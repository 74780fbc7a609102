package dev.headwater.routes.schema;

/** Numbers as JSON and YAML write them, and what Java's parsers would take beyond that refused. */
final class Numbers {
  private static final int MAX_LENGTH = 40;

  private Numbers() {}

  /** Whether a text is an optional sign, digits, a fraction and an exponent, in that order. */
  static boolean isNumber(String text) {
    int i = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    int end = digits(text, i);
    int whole = end - i;
    int fraction = 0;
    i = end;
    if (i < text.length() && text.charAt(i) == '.') {
      end = digits(text, i + 1);
      fraction = end - i - 1;
      i = end;
    }
    if (whole + fraction == 0) {
      return false;
    }
    if (i < text.length() && (text.charAt(i) | 0x20) == 'e') {
      i++;
      i += i < text.length() && "+-".indexOf(text.charAt(i)) >= 0 ? 1 : 0;
      end = digits(text, i);
      return end > i && end == text.length();
    }
    return i == text.length();
  }

  private static int digits(String text, int from) {
    int i = from;
    while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
      i++;
    }
    return i;
  }

  /** The value of a number, or NaN. */
  static double decimal(String text) {
    return text.length() <= MAX_LENGTH && isNumber(text) ? Double.parseDouble(text) : Double.NaN;
  }

  /** The value of a text of digits alone, or -1 when it is something else or above 10^18. */
  static long whole(String text) {
    if (text.isEmpty() || text.length() > 18 || digits(text, 0) < text.length()) {
      return -1;
    }
    return Long.parseLong(text);
  }
}
