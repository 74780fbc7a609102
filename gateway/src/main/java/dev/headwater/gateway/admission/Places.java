package dev.headwater.gateway.admission;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Places for requests under one limit, over all loops. Loops take and return them in batches
 * ({@link LoopPlaces}), so that they seldom meet here. Safe for use from any thread.
 */
final class Places {
  private final AtomicInteger given = new AtomicInteger();

  /** Takes up to {@code wanted} places, as many as {@code limit} leaves. */
  int take(int wanted, int limit) {
    while (true) {
      int now = given.get();
      int got = Math.min(wanted, limit - now);
      if (got <= 0) {
        return 0;
      }
      if (given.compareAndSet(now, now + got)) {
        return got;
      }
    }
  }

  void giveBack(int count) {
    given.addAndGet(-count);
  }

  /** Places that are taken, or ready at a loop. */
  int given() {
    return given.get();
  }
}
