package dev.headwater.load.cluster;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits for what another process is about to do, by looking; limits are those of {@link Patience}.
 */
final class Await {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long LOOK_NANOS = 5_000_000;

  private Await() {}

  /** Until it is so; tells how long it took. */
  static Duration until(String what, Callable<Boolean> condition) throws Exception {
    return until(what, PATIENCE, condition);
  }

  /** Until it is so; fails when it takes longer than that. Tells how long it took. */
  static Duration until(String what, Duration limit, Callable<Boolean> condition) throws Exception {
    long from = System.nanoTime();
    while (!condition.call()) {
      long taken = System.nanoTime() - from;
      // Looked up only when it counts: the load of the last minute.
      if (taken > limit.toNanos() && taken > Patience.of(limit).toNanos()) {
        throw new AssertionError("not within " + Patience.of(limit) + ": " + what);
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    return Duration.ofNanos(System.nanoTime() - from);
  }

  /** Lets time pass in which something must not happen; fails as soon as it does. */
  static void never(String what, Duration during, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + during.toNanos();
    while (System.nanoTime() < end) {
      if (condition.call()) {
        throw new AssertionError(what);
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }
}
