package dev.headwater.sampling.propagation;

/**
 * 64-bit words out of standard Base64 (RFC 4648 section 4), read in place: nothing here allocates.
 */
final class Base64Words {
  private static final int BITS = 6;

  private Base64Words() {}

  /** Digits that so many bytes take, padding apart. */
  static int digitsOf(int bytes) {
    return (bytes * Byte.SIZE + BITS - 1) / BITS;
  }

  /**
   * Digits of {@code value}, without the padding behind them; padding may be missing, as a whole.
   */
  static int digits(String value) {
    int length = value.length();
    int end = length;
    while (end > 0 && length - end < 2 && value.charAt(end - 1) == '=') {
      end--;
    }
    return end == length || length % 4 == 0 ? end : -1;
  }

  /** Whether the first {@code length} characters are digits. */
  static boolean isValid(String value, int length) {
    for (int i = 0; i < length; i++) {
      if (digit(value.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  /** The word at that place, from 0; all of its digits are there and valid. */
  static long read(String value, int word) {
    int bit = word * Long.SIZE;
    int end = bit + Long.SIZE;
    long bits = 0;
    while (bit < end) {
      int inDigit = bit % BITS;
      int taken = Math.min(BITS - inDigit, end - bit);
      int digit = digit(value.charAt(bit / BITS));
      bits = bits << taken | (digit >> (BITS - inDigit - taken) & (1 << taken) - 1);
      bit += taken;
    }
    return bits;
  }

  private static int digit(char c) {
    if (c >= 'A' && c <= 'Z') {
      return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
      return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
      return c - '0' + 52;
    }
    return c == '+' ? 62 : c == '/' ? 63 : -1;
  }
}
