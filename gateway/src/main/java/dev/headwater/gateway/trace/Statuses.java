package dev.headwater.gateway.trace;

/** Numbers as tag values, made once. */
final class Statuses {
  private static final String[] TEXTS = new String[600];

  static {
    for (int i = 0; i < TEXTS.length; i++) {
      TEXTS[i] = Integer.toString(i);
    }
  }

  private Statuses() {}

  static String text(int number) {
    return number >= 0 && number < TEXTS.length ? TEXTS[number] : Integer.toString(number);
  }

  /** A rate without exponent: 0.5, 0.0001. */
  static String rate(double rate) {
    if (rate == 1.0) {
      return "1";
    }
    if (rate == 0.5) {
      return "0.5";
    }
    return rate >= 0.001
        ? Double.toString(rate)
        : new java.math.BigDecimal(Double.toString(rate)).toPlainString();
  }
}
