package dev.headwater.gateway.report;

import java.time.Clock;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** Reads what a refusal says: when to come again (RFC 9110 section 10.2.3), and why. */
final class RetryAfter {
  private static final int MAX_TEXT = 200;

  private RetryAfter() {}

  /** The wait asked for, never negative; null when there is none or it cannot be read. */
  static @Nullable Duration parse(@Nullable String value, Clock clock) {
    if (value == null) {
      return null;
    }
    String text = value.trim();
    try {
      if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return Duration.ofSeconds(Long.parseLong(text));
      }
      Duration until =
          Duration.between(
              clock.instant(),
              ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
      return until.isNegative() ? Duration.ZERO : until;
    } catch (DateTimeParseException | NumberFormatException unreadable) {
      return null;
    }
  }

  /** The beginning of a refusal's text, fit for one log line. */
  static String firstLine(String text) {
    String line = text.strip().lines().findFirst().orElse("");
    String printable = line.replaceAll("\\p{Cntrl}", " ");
    return printable.length() > MAX_TEXT ? printable.substring(0, MAX_TEXT) + "..." : printable;
  }
}
