package dev.headwater.gateway.metrics;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.IntCountsHistogram;
import org.jspecify.annotations.Nullable;

/**
 * Durations and successes of the last 20 to 30 seconds, in three slots of ten.
 *
 * <p>Coarse slots, because each holds a histogram: at two significant digits an active window costs
 * about 15 KB, an idle one nothing. Confined to the merging thread.
 */
final class Window {
  static final long SLOT_NANOS = TimeUnit.SECONDS.toNanos(10);
  static final int SLOTS = 3;
  private static final int DIGITS = 2;

  private final @Nullable Slot[] slots = new Slot[SLOTS];

  /** Adds what was recorded up to {@code now}. */
  void add(long now, AbstractHistogram micros, boolean success) {
    Slot slot = slotAt(now);
    slot.micros.add(micros);
    if (success) {
      slot.successes += micros.getTotalCount();
    }
  }

  private Slot slotAt(long now) {
    long epoch = Math.floorDiv(now, SLOT_NANOS);
    int index = (int) Math.floorMod(epoch, (long) SLOTS);
    Slot slot = slots[index];
    if (slot == null || slot.epoch != epoch) {
      slot = new Slot(epoch);
      slots[index] = slot;
    }
    return slot;
  }

  /**
   * The numbers at {@code now}.
   *
   * @param since when counting began, for a process younger than the window
   */
  GoldenView golden(long now, long since) {
    long oldest = oldest(now);
    long successes = 0;
    AbstractHistogram all = all(oldest);
    for (Slot slot : slots) {
      successes += slot == null ? 0 : slot.successes;
    }
    return golden(all, successes, seconds(now, Math.max(since, oldest * SLOT_NANOS)));
  }

  /** The 99th percentile in nanoseconds, or 0 while there are fewer than {@code enough}. */
  long p99Nanos(long now, int enough) {
    long oldest = oldest(now);
    long count = 0;
    for (Slot slot : slots) {
      count += slot == null || slot.epoch < oldest ? 0 : slot.micros.getTotalCount();
    }
    return count < enough ? 0 : all(oldest).getValueAtPercentile(99) * 1_000;
  }

  private static long oldest(long now) {
    return Math.floorDiv(now, SLOT_NANOS) - SLOTS + 1;
  }

  /** All durations since that slot; forgets what is older. */
  private AbstractHistogram all(long oldest) {
    IntCountsHistogram all = new IntCountsHistogram(DIGITS);
    all.setAutoResize(true);
    for (int i = 0; i < SLOTS; i++) {
      Slot slot = slots[i];
      if (slot != null && slot.epoch < oldest) {
        slots[i] = null;
      } else if (slot != null) {
        all.add(slot.micros);
      }
    }
    return all;
  }

  private static double seconds(long now, long from) {
    return Math.max(1, (now - from) / 1e9);
  }

  private static GoldenView golden(AbstractHistogram all, long successes, double seconds) {
    long count = all.getTotalCount();
    if (count == 0) {
      return new GoldenView(0, 0, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }
    return new GoldenView(
        count,
        count / seconds,
        (double) successes / count,
        all.getValueAtPercentile(50) / 1e6,
        all.getValueAtPercentile(95) / 1e6,
        all.getValueAtPercentile(99) / 1e6);
  }

  private static final class Slot {
    final long epoch;
    final IntCountsHistogram micros = new IntCountsHistogram(DIGITS);
    long successes;

    Slot(long epoch) {
      this.epoch = epoch;
      micros.setAutoResize(true);
    }
  }
}
