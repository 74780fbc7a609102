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

  /** A regular expression over the whole value, matched in linear time (RE2). */
  record Regex(Pattern pattern) implements ValueMatch {
    @Override
    public boolean accepts(@Nullable String value) {
      return value != null && pattern.matches(value);
    }
  }
}
