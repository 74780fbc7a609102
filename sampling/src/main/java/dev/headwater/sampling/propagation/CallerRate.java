package dev.headwater.sampling.propagation;

import org.jspecify.annotations.Nullable;

/**
 * {@code l5d-sample} of Linkerd 1: the rate, 0 to 1, at which a caller wants this request's trace
 * kept, if nobody has decided yet. To be read from trusted callers only.
 */
public final class CallerRate {
  /** The header, lower case. */
  public static final String HEADER = "l5d-sample";

  /** More digits than a double has. */
  private static final int LONGEST = 24;

  private CallerRate() {}

  /** The rate, or NaN for a value that is none, or absent. */
  public static double parse(@Nullable String value) {
    if (value == null || value.isEmpty() || value.length() > LONGEST || !isDecimal(value)) {
      return Double.NaN;
    }
    double rate = Double.parseDouble(value);
    return rate <= 1 ? rate : Double.NaN;
  }

  /** Digits with at most one point between or before them: no sign, exponent, or type suffix. */
  private static boolean isDecimal(String value) {
    boolean point = false;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '.' && !point) {
        point = true;
      } else if (c < '0' || c > '9') {
        return false;
      }
    }
    return value.charAt(value.length() - 1) != '.';
  }
}
