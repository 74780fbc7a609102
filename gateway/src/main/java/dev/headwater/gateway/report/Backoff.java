package dev.headwater.gateway.report;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try: doubling from {@code first} to {@code longest}, each wait
 * drawn evenly from its upper half, so that gateways which lost one collector do not return to it
 * together.
 *
 * @param first upper end of the first wait
 * @param longest upper end of every later one
 * @param random where the draw comes from
 */
record Backoff(Duration first, Duration longest, RandomGenerator random) {
  /** The wait after this many failed tries (1 or more), in nanoseconds. */
  long nanosAfter(int failures) {
    int doublings = Math.min(failures - 1, 30);
    long upper = Math.min(first.toNanos() << doublings, longest.toNanos());
    if (upper <= 0) { // The shift overflowed.
      upper = longest.toNanos();
    }
    return upper / 2 + (long) (random.nextDouble() * (upper - upper / 2));
  }
}
