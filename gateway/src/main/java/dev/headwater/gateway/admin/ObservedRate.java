package dev.headwater.gateway.admin;

/**
 * A share that was observed, and where the true one lies: the exact binomial interval (Clopper and
 * Pearson 1934) at 99.99 %, wide enough that a healthy gateway is not marked by chance, also where
 * a rate keeps next to nothing. Where both sides have counted thousands, Wilson's (1927) stands for
 * it: the same to three digits, and no work.
 *
 * @param selected ids that the rate kept
 * @param unclear those of which it cannot be said, such as one that a quiet route's floor kept
 * @param total decisions
 */
record ObservedRate(long selected, long unclear, long total) {
  /** Nothing was decided. */
  static final ObservedRate NONE = new ObservedRate(0, 0, 0);

  /** What is left outside on either side. */
  private static final double TAIL = 0.5e-4;

  /** Two-sided 99.99 % quantile of the normal distribution. */
  private static final double Z = 3.8906;

  private static final long MANY = 2_000;

  ObservedRate(long selected, long total) {
    this(selected, 0, total);
  }

  /** Selected of all; NaN without any. */
  double rate() {
    return total == 0 ? Double.NaN : (double) selected / total;
  }

  /** Lower end of the interval. */
  double low() {
    if (selected <= 0) {
      return 0;
    }
    return isMany(selected)
        ? Math.max(0, centre(selected) - halfWidth(selected))
        : IncompleteBeta.inverse(selected, total - selected + 1.0, TAIL);
  }

  /** Upper end of the interval. */
  double high() {
    long most = Math.min(total, selected + unclear);
    if (most >= total) {
      return 1;
    }
    return isMany(most)
        ? Math.min(1, centre(most) + halfWidth(most))
        : IncompleteBeta.inverse(most + 1.0, total - most, 1 - TAIL);
  }

  /** Whether a configured rate may well be the true one. */
  boolean agreesWith(double configured) {
    return total == 0 || (configured >= low() - 1e-9 && configured <= high() + 1e-9);
  }

  private boolean isMany(long count) {
    return count >= MANY && total - count >= MANY;
  }

  private double centre(long count) {
    return ((double) count / total + Z * Z / (2 * total)) / (1 + Z * Z / total);
  }

  private double halfWidth(long count) {
    double share = (double) count / total;
    double variance = share * (1 - share) / total + Z * Z / (4.0 * total * total);
    return Z * Math.sqrt(variance) / (1 + Z * Z / total);
  }
}
