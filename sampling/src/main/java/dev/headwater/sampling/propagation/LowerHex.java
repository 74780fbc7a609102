package dev.headwater.sampling.propagation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * Ids as 16 lower-case hexadecimal digits, read and written in place.
 *
 * <p>Upper case is refused on purpose: B3 and W3C both ask for lower case, and a Zipkin server
 * answers 400 to anything else. Nothing here allocates.
 */
final class LowerHex {
  /** Digits of 64 bits. */
  static final int DIGITS_OF_LONG = 16;

  private static final byte[] DIGITS = "0123456789abcdef".getBytes(ISO_8859_1);

  private LowerHex() {}

  /**
   * The 64 bits written at {@code from}, or 0 when a character is not a lower-case hex digit. No
   * ambiguity for ids, where 0 is as invalid as a bad digit.
   */
  static long read(String value, int from) {
    long bits = 0;
    for (int i = from; i < from + DIGITS_OF_LONG; i++) {
      int digit = digit(value.charAt(i));
      if (digit < 0) {
        return 0;
      }
      bits = (bits << 4) | digit;
    }
    return bits;
  }

  /** Whether {@code length} characters from {@code from} are lower-case hex digits. */
  static boolean isHex(String value, int from, int length) {
    for (int i = from; i < from + length; i++) {
      if (digit(value.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  /** The value of one digit, or -1. */
  static int digit(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  }

  /** Writes 16 digits at {@code at} and returns the position behind them. */
  static int write(long bits, byte[] target, int at) {
    for (int i = at + DIGITS_OF_LONG - 1; i >= at; i--) {
      target[i] = DIGITS[(int) (bits & 0xf)];
      bits >>>= 4;
    }
    return at + DIGITS_OF_LONG;
  }

  /** A trace id in its own length: 32 digits, 16 when the high half is 0. */
  static String traceId(long high, long low) {
    byte[] digits = new byte[high == 0 ? DIGITS_OF_LONG : 2 * DIGITS_OF_LONG];
    write(low, digits, high == 0 ? 0 : write(high, digits, 0));
    return text(digits, digits.length);
  }

  /** A trace id in its own length, a hyphen, and a span id. */
  static String ids(long high, long low, long spanId) {
    byte[] digits = new byte[3 * DIGITS_OF_LONG + 1];
    int at = write(low, digits, high == 0 ? 0 : write(high, digits, 0));
    digits[at] = '-';
    return text(digits, write(spanId, digits, at + 1));
  }

  /** The first {@code length} bytes, all ASCII, as a string. */
  static String text(byte[] ascii, int length) {
    return new String(ascii, 0, length, ISO_8859_1);
  }
}
