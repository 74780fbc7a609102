package dev.headwater.routes.nginx;

import java.util.Locale;

/**
 * What became of one key.
 *
 * @param key as written, an annotation with its prefix
 * @param value as written, cut to {@value #LONGEST_VALUE} characters
 * @param verdict what became of it
 * @param message the difference, the reason, or what is expected instead; empty where there is
 *     nothing to tell
 */
public record KeyFinding(String key, String value, Verdict verdict, String message) {
  private static final int LONGEST_VALUE = 128;

  public KeyFinding {
    if (value.length() > LONGEST_VALUE) {
      value = value.substring(0, LONGEST_VALUE) + "...";
    }
  }

  /** A value that is not taken. */
  public static KeyFinding refused(String key, String value, String expected) {
    return new KeyFinding(
        key, value, Verdict.REFUSED, String.format(Locale.ROOT, "expected %s", expected));
  }

  @Override
  public String toString() {
    String told = key + ": " + value + " (" + verdict.label();
    return message.isEmpty() ? told + ")" : told + ": " + message + ")";
  }
}
