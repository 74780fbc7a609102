package dev.headwater.gateway.wire;

/** Character classes of RFC 9110 5.6.2 and 5.5, and of request targets, as tables over bytes. */
final class Syntax {
  private static final int TOKEN = 1;
  private static final int VALUE = 2;
  private static final int TARGET = 4;

  private static final byte[] CLASS = new byte[256];

  static {
    for (int c = 0x21; c < 0x7f; c++) {
      CLASS[c] |= TARGET | VALUE;
    }
    for (int c = 0x80; c < 0x100; c++) {
      CLASS[c] |= VALUE;
    }
    CLASS[' '] |= VALUE;
    CLASS['\t'] |= VALUE;
    for (int c = '0'; c <= '9'; c++) {
      CLASS[c] |= TOKEN;
    }
    for (int c = 'A'; c <= 'Z'; c++) {
      CLASS[c] |= TOKEN;
      CLASS[c | 0x20] |= TOKEN;
    }
    for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
      CLASS[c] |= TOKEN;
    }
  }

  private Syntax() {}

  /**
   * First place from {@code from} on, before {@code to}, that is no token character; else {@code
   * to}.
   */
  static int tokenEnd(byte[] data, int from, int to) {
    int i = from;
    while (i < to && (CLASS[data[i] & 0xff] & TOKEN) != 0) {
      i++;
    }
    return i;
  }

  /** Whether some byte is an upper-case letter. */
  static boolean holdsUpperCase(byte[] data, int from, int to) {
    for (int i = from; i < to; i++) {
      if (data[i] >= 'A' && data[i] <= 'Z') {
        return true;
      }
    }
    return false;
  }

  /** Whether every byte may stand in a field value. */
  static boolean value(byte[] data, int from, int to) {
    int all = VALUE;
    for (int i = from; i < to; i++) {
      all &= CLASS[data[i] & 0xff];
    }
    return all != 0;
  }

  /** First place that may not stand in a request target; else {@code to}. */
  static int targetEnd(byte[] data, int from, int to) {
    int i = from;
    while (i < to && (CLASS[data[i] & 0xff] & TARGET) != 0) {
      i++;
    }
    return i;
  }

  /** Whether the text is one or more token characters. */
  static boolean token(CharSequence text) {
    return text.length() > 0 && all(text, TOKEN);
  }

  /** Whether the text is one or more token characters, none of them an upper-case letter. */
  static boolean lowerToken(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        return false;
      }
    }
    return token(text);
  }

  /** Whether the text may stand in a field value and has no white space around it. */
  static boolean trimmedValue(CharSequence text) {
    int length = text.length();
    return length == 0
        || !space((byte) text.charAt(0))
            && !space((byte) text.charAt(length - 1))
            && all(text, VALUE);
  }

  /** Whether the text is one or more characters of a request target. */
  static boolean target(CharSequence text) {
    return text.length() > 0 && all(text, TARGET);
  }

  private static boolean all(CharSequence text, int kind) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > 0xff || (CLASS[c] & kind) == 0) {
        return false;
      }
    }
    return true;
  }

  static boolean token(byte c) {
    return (CLASS[c & 0xff] & TOKEN) != 0;
  }

  static boolean space(byte c) {
    return c == ' ' || c == '\t';
  }

  /** Value of a hexadecimal digit, or -1. */
  static int hex(byte c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    int lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }
}
