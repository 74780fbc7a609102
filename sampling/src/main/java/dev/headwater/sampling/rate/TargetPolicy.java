package dev.headwater.sampling.rate;

/**
 * A number of traces per second to reach by moving the rate.
 *
 * @param perSecond traces per second, 0.001 to 1,000,000
 * @param minRate the rate never falls below it, and the number is exceeded then
 * @param maxRate the rate never rises above it, and the number is missed then; above 0, not below
 *     {@code minRate}
 */
public record TargetPolicy(double perSecond, ProbabilisticRate minRate, ProbabilisticRate maxRate) {
  private static final double SECONDS_MADE_UP = 8;
  private static final double MADE_UP = 20;

  public TargetPolicy {
    if (!(maxRate.rate() > 0 && minRate.rate() <= maxRate.rate())) {
      throw new IllegalArgumentException(
          "maxRate: " + maxRate.rate() + " (expected above 0 and at least " + minRate.rate() + ")");
    }
  }

  /**
   * The same number as a cap, which a rate at {@code minRate} may break. Small numbers may be made
   * up for longer than under a cap: being reached is what they are there for.
   */
  public CapPolicy cap() {
    double madeUp = Math.min(MADE_UP, SECONDS_MADE_UP * perSecond);
    return new CapPolicy(perSecond, Math.max(CapPolicy.defaultBurst(perSecond), madeUp));
  }
}
