package dev.headwater.routes.document;

import java.util.Comparator;

/**
 * One thing that is wrong with a configuration, in the words of the person who wrote it. Prints as
 * {@code tracing.sampling.rate: 1.7 (expected 0.0 to 1.0) at headwater.yaml:12:11}.
 *
 * @param path the key, or what was read when there is none
 * @param finding the offending value, or what is wrong
 * @param expectation what would be right; empty when the finding says it all
 * @param origin where it was written
 */
public record Problem(String path, String finding, String expectation, Origin origin) {
  /** Files by line and column, then everything else. */
  public static final Comparator<Problem> READING_ORDER =
      Comparator.comparing((Problem p) -> p.origin instanceof Origin.InFile ? 0 : 1)
          .thenComparing(p -> p.origin instanceof Origin.InFile in ? in.file() : p.origin.label())
          .thenComparing(p -> p.origin instanceof Origin.InFile in ? in.line() : 0)
          .thenComparing(p -> p.origin instanceof Origin.InFile in ? in.column() : 0);

  private static final int MAX_SHOWN = 120;

  /** A problem with a value: its text is shortened, and what a terminal would act on is escaped. */
  public static Problem ofValue(String path, String value, String expectation, Origin origin) {
    return new Problem(path, shown(value), expectation, origin);
  }

  /** A value as it may be shown in one line. */
  public static String shown(String value) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < value.length() && text.length() < MAX_SHOWN; i++) {
      char c = value.charAt(i);
      if (Character.isISOControl(c) || Character.isSurrogate(c) || c == '\u2028' || c == '\u2029') {
        text.append(String.format("\\u%04x", (int) c));
      } else {
        text.append(c);
      }
    }
    if (value.length() > MAX_SHOWN) {
      text.append("... (").append(value.length()).append(" characters)");
    }
    return text.isEmpty() ? "''" : text.toString();
  }

  @Override
  public String toString() {
    String expected = expectation.isEmpty() ? "" : " (" + expectation + ")";
    return path + ": " + finding + expected + " " + origin.place();
  }
}
