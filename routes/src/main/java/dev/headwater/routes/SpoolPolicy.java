package dev.headwater.routes;

/**
 * Disk that holds a sink's spans while its collector is away.
 *
 * @param directory absolute once the configuration is loaded; of one sink of one process alone
 * @param maxBytes all files together; beyond it the oldest spans go
 * @param sync when what was written is forced to the device
 * @param replayPerSecond spans per second by which a backlog may shrink, beyond those that arrive
 *     meanwhile
 */
public record SpoolPolicy(String directory, long maxBytes, Sync sync, int replayPerSecond) {
  /** When what was written is forced to the device (fsync). */
  public enum Sync {
    /** Left to the kernel's page cache: survives the end of the process, not a loss of power. */
    NEVER("never"),
    /** Once a second: a loss of power costs what was written since. */
    INTERVAL("interval"),
    /** With every record, before it counts as written. */
    ALWAYS("always");

    private final String label;

    Sync(String label) {
      this.label = label;
    }

    /** The name in configuration. */
    public String label() {
      return label;
    }
  }

  /** This spool elsewhere. */
  public SpoolPolicy in(String otherDirectory) {
    return new SpoolPolicy(otherDirectory, maxBytes, sync, replayPerSecond);
  }
}
