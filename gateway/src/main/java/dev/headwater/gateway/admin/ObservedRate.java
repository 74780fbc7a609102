package dev.headwater.gateway.admin;

/**
 * A share that was observed, and where the true one lies: the Wilson score interval (Wilson 1927)
 * at 99.99 %, wide enough that a healthy gateway is not marked by chance.
 *
 * @param sampled traces kept
 * @param total decisions
 */
record ObservedRate(long sampled, long total) {
  /** Two-sided 99.99 % quantile of the normal distribution. */
  private static final double Z = 3.8906;

  /** Kept of all; NaN without any. */
  double rate() {
    return total == 0 ? Double.NaN : (double) sampled / total;
  }

  /** Lower end of the interval. */
  double low() {
    return Math.max(0, centre() - halfWidth());
  }

  /** Upper end of the interval. */
  double high() {
    return Math.min(1, centre() + halfWidth());
  }

  /** Whether a configured rate may well be the true one. */
  boolean agreesWith(double configured) {
    return total == 0 || (configured >= low() - 1e-9 && configured <= high() + 1e-9);
  }

  private double centre() {
    return total == 0 ? 0.5 : (rate() + Z * Z / (2 * total)) / (1 + Z * Z / total);
  }

  private double halfWidth() {
    if (total == 0) {
      return 0.5;
    }
    double variance = rate() * (1 - rate()) / total + Z * Z / (4.0 * total * total);
    return Z * Math.sqrt(variance) / (1 + Z * Z / total);
  }
}
