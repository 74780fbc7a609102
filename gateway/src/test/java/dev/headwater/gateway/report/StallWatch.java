package dev.headwater.gateway.report;

import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Ticks on event loops; what a tick is late, its loop was busy with something else, or the machine
 * was. A thread that does nothing but tick tells how much of it was the machine.
 */
final class StallWatch {
  private static final int TICK_MILLIS = 5;

  private final Vertx vertx;
  private final AtomicLong longestNanos = new AtomicLong();
  private final AtomicLong machineNanos = new AtomicLong();
  private final long[] timers;
  private final Thread idle = new Thread(this::tickIdly, "stall-watch");
  private volatile boolean over;

  StallWatch(Vertx vertx) {
    this.vertx = vertx;
    int loops = Runtime.getRuntime().availableProcessors();
    this.timers = new long[loops];
    for (int i = 0; i < loops; i++) {
      AtomicLong last = new AtomicLong(System.nanoTime());
      timers[i] = vertx.setPeriodic(TICK_MILLIS, timer -> tick(last, longestNanos));
    }
    idle.setDaemon(true);
    idle.start();
  }

  private void tickIdly() {
    AtomicLong last = new AtomicLong(System.nanoTime());
    while (!over) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS));
      tick(last, machineNanos);
    }
  }

  private static void tick(AtomicLong last, AtomicLong longest) {
    long now = System.nanoTime();
    long late = now - last.getAndSet(now) - TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
    longest.accumulateAndGet(late, Math::max);
  }

  /** The longest stall beyond what the machine itself was late; ends the watch. */
  long longestMillis() {
    over = true;
    for (long timer : timers) {
      vertx.cancelTimer(timer);
    }
    return TimeUnit.NANOSECONDS.toMillis(Math.max(0, longestNanos.get() - machineNanos.get()));
  }
}
