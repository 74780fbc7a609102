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

  /** A regular expression over the whole path, matched in linear time (RE2). */
  record Regex(Pattern pattern) implements PathMatch {
    @Override
    public String template() {
      return pattern.pattern();
    }
  }
}
