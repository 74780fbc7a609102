package dev.headwater.routes.nginx;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Numbers, times and sizes as nginx writes them. */
final class NginxUnits {
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})([kmg]?)");
  private static final Pattern TIMES =
      Pattern.compile("(?:[0-9]{1,9}(?:ms|[smhdw])\\s*)*[0-9]{1,9}(?:ms|[smhdw])?");
  private static final Pattern TIME = Pattern.compile("([0-9]{1,9})(ms|[smhdw])?");

  private NginxUnits() {}

  /** Digits alone, at most 18 of them; -1 for anything else. */
  static long whole(String text) {
    return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
  }

  /** A decimal from 0 to 1; null for anything else. */
  static @Nullable Double fraction(String text) {
    String number = text.strip();
    if (!number.matches("[0-9]{0,3}(\\.[0-9]{0,18})?") || !number.matches(".*[0-9].*")) {
      return null;
    }
    double value = Double.parseDouble(number);
    return value <= 1 ? value : null;
  }

  /** Bytes of {@code 8k}, {@code 1m}, {@code 1g} or a plain number; -1 for anything else. */
  static long bytes(String text) {
    Matcher size = SIZE.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!size.matches()) {
      return -1;
    }
    int shift = 10 * "kmg".indexOf(size.group(2)) + 10;
    return Long.parseLong(size.group(1)) << (size.group(2).isEmpty() ? 0 : shift);
  }

  /**
   * The time of {@code 60} or {@code 60s}, {@code 500ms}, {@code 1m}, {@code 1h 30m}, {@code 1d},
   * {@code 1w}; null for anything else. A number alone counts seconds.
   */
  static @Nullable Duration time(String text) {
    String written = text.strip();
    if (written.length() > 40 || !TIMES.matcher(written).matches()) {
      return null;
    }
    Duration sum = Duration.ZERO;
    Matcher part = TIME.matcher(written);
    while (part.find()) {
      sum = sum.plus(time(Long.parseLong(part.group(1)), part.group(2)));
    }
    return sum;
  }

  private static Duration time(long number, @Nullable String unit) {
    return switch (unit == null ? "s" : unit) {
      case "ms" -> Duration.ofMillis(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      case "d" -> Duration.ofDays(number);
      case "w" -> Duration.ofDays(7 * number);
      default -> Duration.ofSeconds(number);
    };
  }
}
