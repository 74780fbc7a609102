package dev.headwater.routes.schema;

import java.time.Duration;

/** Durations and sizes as they are written: a whole number with one unit. */
public final class Units {
  private static final String[] DURATION_UNITS = {"ms", "s", "m", "h"};
  private static final long[] MILLIS = {1, 1_000, 60_000, 3_600_000};
  private static final String[] SIZE_UNITS = {"GiB", "MiB", "KiB"};
  private static final long[] BYTES = {1L << 30, 1L << 20, 1L << 10};

  private Units() {}

  /** Milliseconds of {@code 250ms}, {@code 5s}, {@code 5m}, {@code 1h}; -1 for anything else. */
  public static long millis(String text) {
    for (int i = 0; i < DURATION_UNITS.length; i++) {
      String number = without(text, DURATION_UNITS[i]);
      long whole = number == null ? -1 : Numbers.whole(number);
      if (whole >= 0) {
        return times(whole, MILLIS[i]);
      }
    }
    return -1;
  }

  /** Bytes of {@code 8KiB}, {@code 1MiB}, {@code 1GiB} or a plain number; -1 for anything else. */
  static long bytes(String text) {
    for (int i = 0; i < SIZE_UNITS.length; i++) {
      String number = without(text, SIZE_UNITS[i]);
      if (number != null) {
        long whole = Numbers.whole(number);
        return whole < 0 ? -1 : times(whole, BYTES[i]);
      }
    }
    return Numbers.whole(text);
  }

  /** A duration in the largest unit that divides it. */
  static String text(Duration duration) {
    long millis = duration.toMillis();
    int unit = MILLIS.length - 1;
    while (unit > 0 && (millis == 0 ? unit > 1 : millis % MILLIS[unit] != 0)) {
      unit--;
    }
    return millis / MILLIS[unit] + DURATION_UNITS[unit];
  }

  /** A size in the largest unit that divides it. */
  static String text(long bytes) {
    for (int i = 0; i < BYTES.length; i++) {
      if (bytes >= BYTES[i] && bytes % BYTES[i] == 0) {
        return bytes / BYTES[i] + SIZE_UNITS[i];
      }
    }
    return Long.toString(bytes);
  }

  private static @org.jspecify.annotations.Nullable String without(String text, String unit) {
    return text.endsWith(unit) ? text.substring(0, text.length() - unit.length()) : null;
  }

  /** The product, or the largest long where it would overflow: far beyond every range. */
  private static long times(long whole, long unit) {
    return whole > Long.MAX_VALUE / unit ? Long.MAX_VALUE : whole * unit;
  }
}
