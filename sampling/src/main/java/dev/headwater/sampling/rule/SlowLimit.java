package dev.headwater.sampling.rule;

import java.time.Duration;

/** From when on a request counts as slow. It prints itself as it is written: {@code 2s, 3xp99}. */
public sealed interface SlowLimit {
  /**
   * Whether a request was slow.
   *
   * @param durationNanos how long it took
   * @param p99Nanos the running 99th percentile of its route, or 0 while that is not known
   */
  boolean exceededBy(long durationNanos, long p99Nanos);

  /** A fixed time. */
  record Absolute(Duration limit) implements SlowLimit {
    public Absolute {
      if (limit.isNegative() || limit.compareTo(Duration.ofDays(365)) > 0) {
        throw new IllegalArgumentException("limit: " + limit + " (expected 0 to 365 days)");
      }
    }

    @Override
    public boolean exceededBy(long durationNanos, long p99Nanos) {
      return durationNanos > limit.toNanos();
    }

    @Override
    public String toString() {
      long millis = limit.toMillis();
      return millis % 1000 == 0 && millis > 0 ? millis / 1000 + "s" : millis + "ms";
    }
  }

  /** A multiple of what the slowest hundredth of the route's requests take. */
  record TimesP99(double factor) implements SlowLimit {
    public TimesP99 {
      if (!(factor > 0 && factor <= 1000)) {
        throw new IllegalArgumentException("factor: " + factor + " (expected 0 to 1000)");
      }
    }

    @Override
    public boolean exceededBy(long durationNanos, long p99Nanos) {
      return p99Nanos > 0 && durationNanos > factor * p99Nanos;
    }

    @Override
    public String toString() {
      return FlowYaml.number(factor) + "xp99";
    }
  }
}
