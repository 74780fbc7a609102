package dev.headwater.gateway.admin;

import org.jspecify.annotations.Nullable;

/** Numbers as JSON can hold them. */
final class Numbers {
  private Numbers() {}

  /** JSON has no NaN: a number that does not exist is null. */
  static @Nullable Double orNull(double value) {
    return Double.isFinite(value) ? value : null;
  }

  /** Seconds as milliseconds, null for none. */
  static @Nullable Double millis(double seconds) {
    return orNull(seconds * 1e3);
  }
}
