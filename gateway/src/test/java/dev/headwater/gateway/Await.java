package dev.headwater.gateway;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for what another thread is about to do, by looking. */
public final class Await {
  private Await() {}

  /** Until it is so; fails after ten seconds, saying what was waited for. */
  public static void until(String what, Callable<Boolean> condition) throws Exception {
    until(what, Duration.ofSeconds(10), condition);
  }

  /** Until it is so; fails when it takes longer than that. Tells how long it took. */
  public static Duration until(String what, Duration limit, Callable<Boolean> condition)
      throws Exception {
    long from = System.nanoTime();
    while (!condition.call()) {
      if (System.nanoTime() - from > limit.toNanos()) {
        throw new AssertionError("not within " + limit + ": " + what);
      }
      LockSupport.parkNanos(1_000_000);
    }
    return Duration.ofNanos(System.nanoTime() - from);
  }
}
