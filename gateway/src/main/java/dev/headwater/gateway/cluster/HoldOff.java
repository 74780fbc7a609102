package dev.headwater.gateway.cluster;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Turns many changes into few passes: the first change asks for one at once, those after it for at
 * most one in an interval, and none is forgotten. Changes may be told from any thread; passes run
 * one after the other, wherever {@link Later} runs them.
 */
final class HoldOff {
  /** Runs tasks later, one at a time. */
  @FunctionalInterface
  interface Later {
    /** Runs {@code task} once, {@code nanos} from now. */
    void run(Runnable task, long nanos);
  }

  private final long interval;
  private final LongSupplier ticker;
  private final Later later;
  private final Runnable pass;
  private final AtomicBoolean asked = new AtomicBoolean();
  private volatile long earliest;

  /**
   * A hold-off before its first change.
   *
   * @param interval from the end of one pass to the start of the next
   * @param ticker nanoseconds from any start, such as {@link System#nanoTime}
   */
  HoldOff(Duration interval, LongSupplier ticker, Later later, Runnable pass) {
    this.interval = interval.toNanos();
    this.ticker = ticker;
    this.later = later;
    this.pass = pass;
    this.earliest = ticker.getAsLong();
  }

  /** Something changed. */
  void changed() {
    if (asked.compareAndSet(false, true)) {
      later.run(this::run, Math.max(0, earliest - ticker.getAsLong()));
    }
  }

  private void run() {
    // Before the pass: what changes while it looks asks for another one.
    asked.set(false);
    earliest = ticker.getAsLong() + interval;
    pass.run();
    earliest = ticker.getAsLong() + interval;
  }
}
