package dev.headwater.routes.schema;

import org.jspecify.annotations.Nullable;

/**
 * What came of reading one text.
 *
 * @param value the value, or null when the text is refused
 * @param expectation for a refused text what would be right; empty for the leaf's own words
 */
public record Parsed<T>(@Nullable T value, String expectation) {
  /** A good value. */
  public static <T> Parsed<T> of(T value) {
    return new Parsed<>(value, "");
  }

  /** Refused; the leaf's expectation says it all. */
  public static <T> Parsed<T> refused() {
    return new Parsed<>(null, "");
  }

  /** Refused, with words of its own. */
  public static <T> Parsed<T> refused(String expectation) {
    return new Parsed<>(null, expectation);
  }

  /** Known, but of a later version. */
  public static <T> Parsed<T> later(String expectation) {
    return new Parsed<>(null, Key.NOT_IN_THIS_VERSION + "; expected " + expectation);
  }
}
