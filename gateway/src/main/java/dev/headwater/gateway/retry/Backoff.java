package dev.headwater.gateway.retry;

import java.util.random.RandomGenerator;

/** Pauses between tries: doubling from 25 ms to 250 ms, each drawn from zero up (full jitter). */
final class Backoff {
  private static final long BASE_MILLIS = 25;
  private static final long MOST_MILLIS = 250;

  private Backoff() {}

  /** Milliseconds to wait before try number {@code retry}, 1 for the first one again. */
  static long millis(int retry, RandomGenerator random) {
    long bound = Math.min(MOST_MILLIS, BASE_MILLIS << Math.min(retry - 1, 8));
    return random.nextLong(bound + 1);
  }
}
