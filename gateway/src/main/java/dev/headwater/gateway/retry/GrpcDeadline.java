package dev.headwater.gateway.retry;

import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.GrpcStatus;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a gRPC caller waits, as it says itself in {@code grpc-timeout} (gRPC over HTTP/2: one to
 * eight digits and a unit). It may shorten what a route allows, never lengthen it.
 */
final class GrpcDeadline {
  private static final int MAX_DIGITS = 8;

  private GrpcDeadline() {}

  /** Nanoseconds from the call's arrival; null for a request that is none or names none. */
  static @Nullable Duration of(Fields request) {
    if (!GrpcStatus.asked(request)) {
      return null;
    }
    String text = request.get("grpc-timeout");
    int digits = text == null ? 0 : text.length() - 1;
    if (text == null || digits < 1 || digits > MAX_DIGITS) {
      return null;
    }
    long value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return null;
      }
      value = value * 10 + digit;
    }
    return switch (text.charAt(digits)) {
      case 'H' -> Duration.ofHours(value);
      case 'M' -> Duration.ofMinutes(value);
      case 'S' -> Duration.ofSeconds(value);
      case 'm' -> Duration.ofMillis(value);
      case 'u' -> Duration.ofNanos(value * 1000);
      case 'n' -> Duration.ofNanos(value);
      default -> null;
    };
  }

  /** The sooner of both; null is never. */
  static @Nullable Duration sooner(@Nullable Duration one, @Nullable Duration other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.compareTo(other) < 0 ? one : other;
  }
}
