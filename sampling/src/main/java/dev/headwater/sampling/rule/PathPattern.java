package dev.headwater.sampling.rule;

import java.util.Set;

/** A condition on the normal form of a path. Prints itself as it is written. */
public sealed interface PathPattern {
  /** Whether a path is as asked. */
  boolean matches(String path);

  /** Exactly this path. */
  record Exact(String path) implements PathPattern {
    @Override
    public boolean matches(String other) {
      return path.equals(other);
    }

    @Override
    public String toString() {
      return "{exact: " + FlowYaml.text(path) + "}";
    }
  }

  /** Exactly one of these paths. Most others are told apart by their length alone. */
  final class OneOf implements PathPattern {
    private final Set<String> paths;
    private final long lengths;

    /** One of these paths. */
    public OneOf(Set<String> paths) {
      this.paths = Set.copyOf(paths);
      this.lengths = paths.stream().mapToLong(OneOf::bit).reduce(0, (a, b) -> a | b);
    }

    private static long bit(String path) {
      return 1L << Math.min(63, path.length());
    }

    @Override
    public boolean matches(String other) {
      return (lengths & bit(other)) != 0 && paths.contains(other);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof OneOf that && that.paths.equals(paths);
    }

    @Override
    public int hashCode() {
      return paths.hashCode();
    }

    @Override
    public String toString() {
      return "{oneOf: " + FlowYaml.sorted(paths) + "}";
    }
  }

  /**
   * This path and everything below it, by whole elements: {@code /api} takes {@code /api/x}, not
   * {@code /apix}.
   */
  record Prefix(String path) implements PathPattern {
    @Override
    public boolean matches(String other) {
      int length = path.length();
      return other.startsWith(path)
          && (other.length() == length
              || path.charAt(length - 1) == '/'
              || other.charAt(length) == '/');
    }

    @Override
    public String toString() {
      return "{prefix: " + FlowYaml.text(path) + "}";
    }
  }

  /**
   * A path some elements of which may be anything but empty: {@code /users/{id}}. As many elements
   * as the template has, no more.
   */
  record Template(String template) implements PathPattern {
    @Override
    public boolean matches(String other) {
      int brace = template.indexOf('{');
      int literal = brace < 0 ? template.length() : brace;
      return other.regionMatches(0, template, 0, literal) && matchesFrom(literal, other);
    }

    private boolean matchesFrom(int literal, String other) {
      int at = literal;
      int i = literal;
      while (i < template.length()) {
        if (template.charAt(i) == '{') {
          int end = endOfElement(other, at);
          if (end == at) {
            return false;
          }
          at = end;
          i = endOfElement(template, i);
        } else if (at < other.length() && other.charAt(at) == template.charAt(i)) {
          at++;
          i++;
        } else {
          return false;
        }
      }
      return at == other.length();
    }

    private static int endOfElement(String path, int from) {
      int slash = path.indexOf('/', from);
      return slash < 0 ? path.length() : slash;
    }

    @Override
    public String toString() {
      return "{template: " + FlowYaml.text(template) + "}";
    }
  }
}
