package dev.headwater.gateway.metrics;

import java.util.concurrent.TimeUnit;

/** The upper bounds of every latency histogram, in seconds: half a millisecond to a minute. */
final class LatencyBounds {
  private static final double[] SECONDS = {
    0.0005,
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1,
    2.5,
    5,
    10,
    30,
    60,
    Double.POSITIVE_INFINITY
  };

  /** Longest duration told apart; longer ones count as this long in quantiles. */
  static final long LONGEST_MICROS = TimeUnit.HOURS.toMicros(1);

  private LatencyBounds() {}

  static int count() {
    return SECONDS.length;
  }

  static double[] seconds() {
    return SECONDS.clone();
  }

  /** Bucket of a duration. */
  static int indexOf(long micros) {
    double seconds = micros / 1e6;
    int i = 0;
    while (seconds > SECONDS[i]) {
      i++;
    }
    return i;
  }
}
