package dev.headwater.routes.match;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.regex.Matcher;

/**
 * Compiles regular expressions that others wrote, for RE2: matched in linear time, without
 * lookaround and back references. What one may cost is bounded before it is compiled, since counted
 * repetitions multiply: {@code ((a{1000}){1000})} is a million steps.
 *
 * @param length most characters
 * @param program most steps of what it is compiled to: a match costs at most so many for each
 *     character
 */
public record BoundedRegex(int length, int program) {
  private static final int MAX_REPETITION = 100_000;
  private static final java.util.regex.Pattern COUNT =
      java.util.regex.Pattern.compile("\\{([0-9]{1,9})(?:,([0-9]{0,9}))?\\}");

  /** What became of a text. */
  public sealed interface Read {}

  /** It is one. */
  public record Compiled(Pattern pattern) implements Read {}

  /**
   * It is none, or too much.
   *
   * @param expected what is expected instead
   */
  public record Refused(String expected) implements Read {}

  /**
   * Compiles a text.
   *
   * @param anchor put in front of the text, which is what the length is counted of
   * @param flags of {@link Pattern}
   */
  public Read read(String anchor, String text, int flags) {
    if (text.isEmpty() || text.length() > length) {
      return new Refused("a regular expression (RE2) of 1 to " + length + " characters");
    }
    if (repetition(text) > MAX_REPETITION) {
      return new Refused("fewer repetitions");
    }
    try {
      Pattern pattern = Pattern.compile(anchor + text, flags);
      return pattern.programSize() <= program
          ? new Compiled(pattern)
          : new Refused("a simpler expression: at most " + program + " steps");
    } catch (PatternSyntaxException e) {
      return new Refused("a regular expression (RE2): " + e.getDescription());
    }
  }

  /** An upper bound of how often something is repeated: as if all counts were nested. */
  private static long repetition(String text) {
    long product = 1;
    Matcher counts = COUNT.matcher(text);
    while (counts.find() && product <= MAX_REPETITION) {
      String most = counts.group(2);
      long count = Long.parseLong(most == null || most.isEmpty() ? counts.group(1) : most);
      product *= Math.max(1, count);
    }
    return product;
  }
}
