package dev.headwater.routes;

import org.jspecify.annotations.Nullable;

/**
 * One line per request.
 *
 * @param to {@code stdout}, {@code stderr}, or a file that is appended to
 * @param format how a line is written
 * @param template how it is written instead, or null
 */
public record AccessLogPolicy(String to, Format format, @Nullable LogTemplate template) {
  /** Lines of a shape that everybody knows. */
  public AccessLogPolicy(String to, Format format) {
    this(to, format, null);
  }

  /** Shape of a line. */
  public enum Format {
    /** One JSON object. */
    JSON,
    /** The combined log format of NCSA servers, with the trace id behind it. */
    COMBINED
  }
}
