package dev.headwater.routes.nginx;

import org.jspecify.annotations.Nullable;

/** Numbers, times and sizes as nginx writes them. */
final class NginxUnits {
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
}
