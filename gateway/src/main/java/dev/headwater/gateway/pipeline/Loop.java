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
    this.baseMicros = wallMicros.getAsLong();
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
      baseNanos = nanoTime.getAsLong();
      baseMicros = wallMicros.getAsLong();
    }
    return baseMicros + (nanos - baseNanos) / 1000;
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
