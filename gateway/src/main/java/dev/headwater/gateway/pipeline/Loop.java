package dev.headwater.gateway.pipeline;

import dev.headwater.gateway.metrics.LoopMetrics;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * What all exchanges of one event loop share: its clock, its chance, its recorders. Confined to
 * that loop.
 */
public final class Loop {
  /** Runs something on this loop, later. */
  public interface Scheduler {
    /** Runs {@code task} on the loop after about {@code delayMillis}. */
    void after(long delayMillis, Runnable task);
  }

  private static final long RESYNC_NANOS = 1_000_000_000L;

  /** Readings closer than this are a good pair; tried a few times at most. */
  private static final long PAIR_NANOS = 20_000;

  private static final int PAIRINGS = 3;

  private final int index;
  private final LongSupplier nanoTime;
  private final LongSupplier wallMicros;
  private final SplittableRandom random;
  private final LoopMetrics metrics;
  private final Scheduler scheduler;
  private long baseNanos;
  private long baseMicros;

  /**
   * A loop.
   *
   * @param index 0 for the first
   * @param nanoTime monotonic clock, nanoseconds
   * @param wallMicros wall clock, microseconds since 1970
   * @param random chance of this loop alone
   */
  public Loop(
      int index,
      LongSupplier nanoTime,
      LongSupplier wallMicros,
      SplittableRandom random,
      LoopMetrics metrics,
      Scheduler scheduler) {
    this.index = index;
    this.nanoTime = nanoTime;
    this.wallMicros = wallMicros;
    this.random = random;
    this.metrics = metrics;
    this.scheduler = scheduler;
    this.baseNanos = nanoTime.getAsLong();
    synchronize();
  }

  public int index() {
    return index;
  }

  /** Monotonic nanoseconds; never 0, which marks what has not happened. */
  public long now() {
    long now = nanoTime.getAsLong();
    return now == 0 ? 1 : now;
  }

  /**
   * Wall clock time of a moment of {@link #now}, in microseconds. Within one exchange, convert one
   * moment and add differences: the base follows the wall clock once a second.
   */
  public long epochMicros(long nanos) {
    if (nanos - baseNanos > RESYNC_NANOS) {
      synchronize();
    }
    return baseMicros + (nanos - baseNanos) / 1000;
  }

  /**
   * Pairs both clocks. The wall clock is read between two readings of the other; when they are far
   * apart the thread was held up between them, and every span would be shifted by that.
   */
  private void synchronize() {
    long closest = Long.MAX_VALUE;
    for (int i = 0; i < PAIRINGS && closest > PAIR_NANOS; i++) {
      long before = nanoTime.getAsLong();
      long wall = wallMicros.getAsLong();
      long apart = nanoTime.getAsLong() - before;
      if (apart < closest) {
        closest = apart;
        baseNanos = before + apart / 2;
        baseMicros = wall;
      }
    }
  }

  public SplittableRandom random() {
    return random;
  }

  public LoopMetrics metrics() {
    return metrics;
  }

  public Scheduler scheduler() {
    return scheduler;
  }
}
