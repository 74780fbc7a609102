package dev.headwater.routes.compile;

import com.google.re2j.Pattern;
import dev.headwater.routes.match.BoundedRegex;
import dev.headwater.routes.schema.Leaf;
import dev.headwater.routes.schema.Leaf.Form;
import dev.headwater.routes.schema.Parsed;
import java.util.Map;

/** Regular expressions of RE2, matched in linear time. */
final class Regexes {
  private static final BoundedRegex BOUNDS = new BoundedRegex(1024, 10_000);

  private Regexes() {}

  static Leaf<Pattern> regex() {
    return Leaf.of(
        "regex",
        "a regular expression (RE2) of 1 to " + BOUNDS.length() + " characters",
        Form.TEXT,
        Map.of("type", "string", "minLength", 1, "maxLength", BOUNDS.length()),
        Regexes::parse);
  }

  private static Parsed<Pattern> parse(String text) {
    BoundedRegex.Read read = BOUNDS.read("", text, 0);
    if (read instanceof BoundedRegex.Refused refused) {
      return Parsed.refused("expected " + refused.expected());
    }
    return Parsed.of(((BoundedRegex.Compiled) read).pattern());
  }
}
