package dev.headwater.gateway.config;

import java.time.Instant;
import java.util.List;

/**
 * How reloading stands.
 *
 * @param version of the snapshot in force
 * @param successful whether what was read last is in force
 * @param lastAttempt when something new was last read
 * @param lastSuccess when the snapshot in force was read
 * @param problems what is wrong with what was read last
 * @param waiting keys whose change waits for a restart
 * @param applied how many changes took effect since the start
 * @param refused how many did not
 */
public record ReloadStatus(
    long version,
    boolean successful,
    Instant lastAttempt,
    Instant lastSuccess,
    List<String> problems,
    List<String> waiting,
    long applied,
    long refused) {
  public ReloadStatus {
    problems = List.copyOf(problems);
    waiting = List.copyOf(waiting);
  }

  static ReloadStatus started(long version, Instant at) {
    return new ReloadStatus(version, true, at, at, List.of(), List.of(), 0, 0);
  }

  ReloadStatus afterSuccess(long nextVersion, Instant at, List<String> nextWaiting) {
    return new ReloadStatus(
        nextVersion, true, at, at, List.of(), nextWaiting, applied + 1, refused);
  }

  ReloadStatus afterRefusal(Instant at, List<String> nextProblems) {
    return new ReloadStatus(
        version, false, at, lastSuccess, nextProblems, waiting, applied, refused + 1);
  }

  /** What was refused was taken back: what is in force is what is written again. */
  ReloadStatus afterReturn(Instant at) {
    return new ReloadStatus(version, true, at, lastSuccess, List.of(), waiting, applied, refused);
  }
}
