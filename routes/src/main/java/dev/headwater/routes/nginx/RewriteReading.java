package dev.headwater.routes.nginx;

import dev.headwater.routes.match.EncodedSlash;
import dev.headwater.routes.match.NormalPath;
import org.jspecify.annotations.Nullable;

/** The annotations about paths of an Ingress. */
final class RewriteReading {
  private static final String TARGET = "rewrite-target";
  private static final int LONGEST = 1024;

  /** Each may be as long as the whole path. */
  private static final int MOST_GROUPS = 9;

  private static final String MARKS = "-._~/:@!&'()*+,;=%";

  private static final String EXPECTED =
      "a path of letters, digits and "
          + MARKS
          + ", up to "
          + LONGEST
          + " characters, in which $1 to $9, at most "
          + MOST_GROUPS
          + " in all, stand for groups of the rule's path; its paths are not served";

  private RewriteReading() {}

  static RewriteTerms of(KeyReader keys) {
    boolean regex = keys.bool("use-regex");
    String target = keys.read(TARGET, EXPECTED, RewriteReading::target, "");
    return new RewriteTerms(target, regex, keys.isRefused(TARGET));
  }

  private static @Nullable String target(String text) {
    String target = text.strip();
    if (target.isEmpty()) {
      return "";
    }
    String sample = sample(target);
    return sample != null
            && NormalPath.assembled(sample, EncodedSlash.KEEP) instanceof NormalPath.Normal
        ? target
        : null;
  }

  /**
   * The target with an {@code x} for each group, which neither makes nor breaks a dot segment; or
   * null where it holds something else than is expected.
   */
  private static @Nullable String sample(String target) {
    char first = target.charAt(0);
    if (target.length() > LONGEST || (first != '/' && first != '$')) {
      return null;
    }
    StringBuilder sample = new StringBuilder();
    int groups = 0;
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c == '$') {
        char digit = ++i < target.length() ? target.charAt(i) : 0;
        if (digit < '1' || digit > '9' || ++groups > MOST_GROUPS) {
          return null;
        }
        sample.append('x');
      } else if (isLetterOrDigit(c) || MARKS.indexOf(c) >= 0) {
        sample.append(c);
      } else {
        return null;
      }
    }
    return sample.toString();
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
