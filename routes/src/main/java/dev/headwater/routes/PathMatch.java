package dev.headwater.routes;

import com.google.re2j.Pattern;

/** A condition on the path. It prints itself as the template that spans and metrics show. */
public sealed interface PathMatch {
  /** The path as written: the {@code http.route} of spans. */
  String template();

  /** Exactly this path. */
  record Exact(String path) implements PathMatch {
    @Override
    public String template() {
      return path;
    }
  }

  /**
   * This path and everything below it, by whole elements: {@code /api} takes {@code /api/x}, not
   * {@code /apix}.
   */
  record Prefix(String path) implements PathMatch {
    @Override
    public String template() {
      return path;
    }
  }

  /**
   * A regular expression, matched in linear time (RE2).
   *
   * @param pattern compiled, perhaps of more than was written
   * @param whole whether it has to cover the whole path; otherwise it is looked for in it
   * @param template as written
   * @param literal what each path that it takes begins with, in any case of letters; asked first,
   *     since that is cheap; perhaps empty
   */
  record Regex(Pattern pattern, boolean whole, String template, String literal)
      implements PathMatch {
    /** One over the whole path. */
    public Regex(Pattern pattern) {
      this(pattern, true, pattern.pattern(), "");
    }

    /** Whether it takes a path. */
    public boolean accepts(String path) {
      return path.regionMatches(true, 0, literal, 0, literal.length())
          && (whole ? pattern.matches(path) : pattern.matcher(path).find());
    }
  }
}
