package dev.headwater.routes;

/**
 * One line per request.
 *
 * @param to {@code stdout}, {@code stderr}, or a file that is appended to
 * @param format how a line is written
 */
public record AccessLogPolicy(String to, Format format) {
  /** Shape of a line. */
  public enum Format {
    /** One JSON object. */
    JSON,
    /** The combined log format of NCSA servers, with the trace id behind it. */
    COMBINED
  }
}
