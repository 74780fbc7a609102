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
    long oldest = Math.floorDiv(now, SLOT_NANOS) - SLOTS + 1;
    IntCountsHistogram all = new IntCountsHistogram(DIGITS);
    all.setAutoResize(true);
    long successes = 0;
    for (int i = 0; i < SLOTS; i++) {
      Slot slot = slots[i];
      if (slot == null) {
        continue;
      }
      if (slot.epoch < oldest) {
        slots[i] = null;
        continue;
      }
      all.add(slot.micros);
      successes += slot.successes;
    }
    return golden(all, successes, seconds(now, Math.max(since, oldest * SLOT_NANOS)));
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
