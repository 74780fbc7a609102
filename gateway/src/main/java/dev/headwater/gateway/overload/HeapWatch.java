package dev.headwater.gateway.overload;

import dev.headwater.gateway.overload.Pressure.Level;
import dev.headwater.routes.ProcessLimits;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the heap ten times a second, on a thread of its own, and sets the {@link Pressure} that
 * loops read.
 *
 * <p>While requests are refused little is allocated, and a collection may be far: after five
 * seconds of it one is asked for, so that the end of an overload is seen.
 */
public final class HeapWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HeapWatch.class);

  private static final long INTERVAL_MILLIS = 100;
  private static final int LOOKS_BEFORE_COLLECTION = 50;

  /** A level that comes and goes is told once in that many looks. */
  private static final int LOOKS_BETWEEN_WORDS = 100;

  private final HeapGauge gauge;
  private final Supplier<ProcessLimits> limits;
  private final Pressure pressure;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread made = new Thread(task, "headwater-heap");
            made.setDaemon(true);
            return made;
          });

  private int refusing;
  private int silent = LOOKS_BETWEEN_WORDS;

  /**
   * A watch that is not started yet.
   *
   * @param limits those in force
   * @param pressure what it sets
   */
  public HeapWatch(HeapGauge gauge, Supplier<ProcessLimits> limits, Pressure pressure) {
    this.gauge = gauge;
    this.limits = limits;
    this.pressure = pressure;
  }

  /** Looks from now on. */
  public void start() {
    var unused =
        thread.scheduleWithFixedDelay(
            this::look, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
  }

  void look() {
    ProcessLimits now = limits.get();
    double inUse = gauge.inUse();
    Level level =
        inUse >= now.heapRefuse()
            ? Level.REFUSE
            : inUse >= now.heapClose() ? Level.CLOSE : Level.NONE;
    tell(level, inUse);
    pressure.level(level);
    refusing = level == Level.REFUSE ? refusing + 1 : 0;
    if (refusing >= LOOKS_BEFORE_COLLECTION) {
      refusing = 0;
      gauge.collect();
    }
  }

  private void tell(Level level, double inUse) {
    silent++;
    if (level.compareTo(pressure.level()) > 0 && silent >= LOOKS_BETWEEN_WORDS) {
      silent = 0;
      LOG.warn(
          "{} % of the heap is in use: {}",
          Math.round(inUse * 100),
          level == Level.REFUSE ? "new requests are refused" : "clients are asked to close");
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
