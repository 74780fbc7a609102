package dev.headwater.routes.match;

/** Percent escapes (RFC 3986 2.1), read and written without a buffer of their own. */
final class Escape {
  private static final char[] UPPER_HEX = "0123456789ABCDEF".toCharArray();

  private Escape() {}

  /** The byte that the escape at {@code i} stands for, or -1 when it is incomplete or malformed. */
  static int valueAt(String text, int i, int end) {
    if (i + 2 >= end) {
      return -1;
    }
    int high = digit(text.charAt(i + 1));
    int low = digit(text.charAt(i + 2));
    return (high | low) < 0 ? -1 : high << 4 | low;
  }

  /** Whether the two digits behind {@code i} are written in upper case. */
  static boolean isUpperCaseAt(String text, int i) {
    return text.charAt(i + 1) < 'a' && text.charAt(i + 2) < 'a';
  }

  /** Writes one byte as an escape. */
  static void append(StringBuilder to, int value) {
    to.append('%').append(UPPER_HEX[value >> 4 & 15]).append(UPPER_HEX[value & 15]);
  }

  private static int digit(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    int lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }
}
