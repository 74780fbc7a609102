package dev.headwater.sampling.rule;

import com.google.re2j.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a header field has to be; with several fields of that name the first counts.
 *
 * @param name lower case
 */
public record HeaderPattern(String name, Value value) {
  @Override
  public String toString() {
    return "{name: " + FlowYaml.text(name) + ", " + value + "}";
  }

  /** A condition on the value. It prints itself as key and value. */
  public sealed interface Value {
    /** Whether a value, null for an absent field, satisfies it. */
    boolean accepts(@Nullable String value);
  }

  /** Exactly this text. */
  public record Exact(String text) implements Value {
    @Override
    public boolean accepts(@Nullable String value) {
      return text.equals(value);
    }

    @Override
    public String toString() {
      return "exact: " + FlowYaml.text(text);
    }
  }

  /** Any value at all. */
  public record Present() implements Value {
    @Override
    public boolean accepts(@Nullable String value) {
      return value != null;
    }

    @Override
    public String toString() {
      return "present: true";
    }
  }

  /** A regular expression over the whole value, matched in linear time (RE2). */
  public record Regex(Pattern pattern) implements Value {
    @Override
    public boolean accepts(@Nullable String value) {
      return value != null && pattern.matches(value);
    }

    @Override
    public String toString() {
      return "regex: " + FlowYaml.text(pattern.pattern());
    }
  }
}
