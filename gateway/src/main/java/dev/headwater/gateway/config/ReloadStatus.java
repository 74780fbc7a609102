package dev.headwater.gateway.config;

import dev.headwater.routes.schema.Masked;
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
 * @param masked written values that a variable or flag takes the effect from
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
    List<Masked> masked,
    long applied,
    long refused) {
  private static final String SAMPLING = "tracing.sampling";

  public ReloadStatus {
    problems = List.copyOf(problems);
    waiting = List.copyOf(waiting);
    masked = List.copyOf(masked);
  }

  /** How it stands before the first change. */
  public static ReloadStatus started(long version, Instant at, List<Masked> masked) {
    return new ReloadStatus(version, true, at, at, List.of(), List.of(), masked, 0, 0);
  }

  /** Those of {@link #masked} that are about sampling. */
  public List<Masked> maskedSampling() {
    return masked.stream()
        .filter(each -> each.path().equals(SAMPLING) || each.path().startsWith(SAMPLING + "."))
        .toList();
  }

  ReloadStatus afterSuccess(
      long nextVersion, Instant at, List<String> nextWaiting, List<Masked> nextMasked) {
    return new ReloadStatus(
        nextVersion, true, at, at, List.of(), nextWaiting, nextMasked, applied + 1, refused);
  }

  /** Sampling was set or unset by hand; what the files say and what is wrong there is as before. */
  ReloadStatus afterSampling(long nextVersion, List<Masked> nextMasked) {
    return new ReloadStatus(
        nextVersion,
        successful,
        lastAttempt,
        lastSuccess,
        problems,
        waiting,
        nextMasked,
        applied,
        refused);
  }

  ReloadStatus afterRefusal(Instant at, List<String> nextProblems) {
    return new ReloadStatus(
        version, false, at, lastSuccess, nextProblems, waiting, masked, applied, refused + 1);
  }

  /** What was refused was taken back: what is in force is what is written again. */
  ReloadStatus afterReturn(Instant at) {
    return new ReloadStatus(
        version, true, at, lastSuccess, List.of(), waiting, masked, applied, refused);
  }
}
