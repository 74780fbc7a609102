package dev.headwater.sampling.rate;

/**
 * Most traces in a second, and how far a moment may go beyond.
 *
 * @param perSecond traces per second over any long time, 0.001 to 1,000,000
 * @param burst traces that may come at once after a lull, at least 1: over any {@code t} seconds
 *     there are no more than {@code perSecond * t + burst}
 */
public record CapPolicy(double perSecond, double burst) {
  /** Least of {@link #perSecond}. */
  public static final double LEAST = 0.001;

  /** Most of {@link #perSecond}: beyond it a nanosecond is too coarse. */
  public static final double MOST = 1_000_000;

  /** Enough for the scatter of random arrivals, and 3.3 % of what a minute may bring. */
  private static final double SECONDS_OF_BURST = 2;

  /** Small caps scatter more: twice that, up to so many traces. */
  private static final double SMALL_BURST = 20;

  private static final double LEAST_BURST = 3;
  private static final double NANOS = 1e9;

  public CapPolicy {
    if (!(perSecond >= LEAST && perSecond <= MOST)) {
      throw new IllegalArgumentException(
          "perSecond: " + perSecond + " (expected " + LEAST + " to " + MOST + ")");
    }
    if (!(burst >= 1 && burst <= 10 * MOST)) {
      throw new IllegalArgumentException("burst: " + burst + " (expected 1 to " + 10 * MOST + ")");
    }
  }

  /** A cap with the burst that goes without saying. */
  public static CapPolicy of(double perSecond) {
    return new CapPolicy(perSecond, defaultBurst(perSecond));
  }

  /** Two seconds' worth; up to 20 traces four; at least three traces. */
  public static double defaultBurst(double perSecond) {
    double usual = SECONDS_OF_BURST * perSecond;
    return Math.max(LEAST_BURST, Math.max(usual, Math.min(SMALL_BURST, 2 * usual)));
  }

  /** Time in which one trace more is allowed, in nanoseconds. */
  long spacingNanos() {
    return Math.round(NANOS / perSecond);
  }

  /** Time in which a whole burst is allowed again, in nanoseconds. */
  long capacityNanos() {
    return Math.round(NANOS * burst / perSecond);
  }
}
