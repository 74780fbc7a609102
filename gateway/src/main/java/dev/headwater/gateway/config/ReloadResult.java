package dev.headwater.gateway.config;

import java.util.List;

/**
 * How one attempt to reload ended.
 *
 * @param outcome what became of it
 * @param version of the snapshot in force after it
 * @param problems all that was wrong; empty unless refused
 * @param waiting keys whose change waits for a restart
 */
public record ReloadResult(
    Outcome outcome, long version, List<String> problems, List<String> waiting) {
  public ReloadResult {
    problems = List.copyOf(problems);
    waiting = List.copyOf(waiting);
  }

  /** The ways it may end. */
  public enum Outcome {
    /** A new snapshot is in force. */
    APPLIED,
    /** Nothing differs from what was read last. */
    UNCHANGED,
    /** Something is wrong; the snapshot before stays in force. */
    REFUSED
  }
}
