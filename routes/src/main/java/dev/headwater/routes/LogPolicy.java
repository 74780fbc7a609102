package dev.headwater.routes;

/**
 * The program's own log, to standard error.
 *
 * @param level least severity written
 * @param format how a line is written
 */
public record LogPolicy(Level level, Format format) {
  /** Text from severity info on. */
  public static final LogPolicy DEFAULT = new LogPolicy(Level.INFO, Format.TEXT);

  /** Severities, most severe first. */
  public enum Level {
    /** Needs a human. */
    ERROR,
    /** May need one. */
    WARN,
    /** What changed. */
    INFO,
    /** For the curious. */
    DEBUG
  }

  /** Shape of a line. */
  public enum Format {
    /** For a terminal. */
    TEXT,
    /** One JSON object. */
    JSON
  }
}
