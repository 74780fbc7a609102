package dev.headwater.routes;

import com.google.re2j.Pattern;
import org.jspecify.annotations.Nullable;

/** A condition on one value. */
public sealed interface ValueMatch {
  /** Whether a value, null for an absent field, satisfies it. */
  boolean accepts(@Nullable String value);

  /** Exactly this text. */
  record Exact(String text) implements ValueMatch {
    @Override
    public boolean accepts(@Nullable String value) {
      return text.equals(value);
    }
  }

  /** Any value at all. */
  record Present() implements ValueMatch {
    @Override
    public boolean accepts(@Nullable String value) {
      return value != null;
    }
  }

  /**
   * A regular expression, matched in linear time (RE2).
   *
   * @param pattern compiled
   * @param whole whether it has to cover the whole value; otherwise it is looked for in it
   */
  record Regex(Pattern pattern, boolean whole) implements ValueMatch {
    /** One over the whole value. */
    public Regex(Pattern pattern) {
      this(pattern, true);
    }

    @Override
    public boolean accepts(@Nullable String value) {
      return value != null && (whole ? pattern.matches(value) : pattern.matcher(value).find());
    }
  }
}
