package dev.headwater.routes.compile;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.headwater.routes.schema.Leaf;
import dev.headwater.routes.schema.Leaf.Form;
import dev.headwater.routes.schema.Parsed;
import java.util.Map;
import java.util.regex.Matcher;

/**
 * Regular expressions of RE2, matched in linear time. What one may cost is bounded before it is
 * compiled, since counted repetitions multiply: {@code ((a{1000}){1000})} is a million steps.
 */
final class Regexes {
  private static final int MAX_LENGTH = 1024;
  private static final int MAX_REPETITION = 100_000;
  private static final int MAX_PROGRAM = 10_000;
  private static final java.util.regex.Pattern COUNT =
      java.util.regex.Pattern.compile("\\{([0-9]{1,9})(?:,([0-9]{0,9}))?\\}");

  private Regexes() {}

  static Leaf<Pattern> regex() {
    return Leaf.of(
        "regex",
        "a regular expression (RE2) of 1 to " + MAX_LENGTH + " characters",
        Form.TEXT,
        Map.of("type", "string", "minLength", 1, "maxLength", MAX_LENGTH),
        Regexes::parse);
  }

  private static Parsed<Pattern> parse(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      return Parsed.refused();
    }
    if (repetition(text) > MAX_REPETITION) {
      return Parsed.refused("expected fewer repetitions");
    }
    try {
      Pattern pattern = Pattern.compile(text);
      return pattern.programSize() <= MAX_PROGRAM
          ? Parsed.of(pattern)
          : Parsed.refused("expected a simpler expression: at most " + MAX_PROGRAM + " steps");
    } catch (PatternSyntaxException e) {
      return Parsed.refused("expected a regular expression (RE2): " + e.getDescription());
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
