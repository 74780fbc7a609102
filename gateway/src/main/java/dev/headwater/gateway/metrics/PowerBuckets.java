package dev.headwater.gateway.metrics;

/**
 * Counts in buckets bounded by powers of four, with their sum: for sizes and phases, where a factor
 * is precise enough.
 *
 * <p>Recording is one leading-zero count and two additions, no branch on the value. Not thread
 * safe: written by its loop, then handed over whole.
 */
final class PowerBuckets {
  private final int lowestPower;
  private final long[] counts;
  private long sum;

  /**
   * Buckets from {@code 4^lowest} to {@code 4^(lowest + finite - 1)}, and one for what is larger.
   *
   * @param lowest power of four of the first upper bound
   * @param finite buckets with a finite upper bound
   */
  PowerBuckets(int lowest, int finite) {
    this.lowestPower = lowest;
    this.counts = new long[finite + 1];
  }

  /** Bodies: 64 bytes to 1 GiB. */
  static PowerBuckets ofBytes() {
    return new PowerBuckets(3, 13);
  }

  /** Phases, in nanoseconds: 1.02 microseconds to 68.7 seconds. */
  static PowerBuckets ofNanos() {
    return new PowerBuckets(5, 14);
  }

  void record(long value) {
    long bounded = Math.max(0, value);
    counts[indexOf(bounded)]++;
    sum += bounded;
  }

  private int indexOf(long value) {
    // Smallest p with value <= 4^p, by the bit length of value - 1.
    int bits = value <= 1 ? 0 : Long.SIZE - Long.numberOfLeadingZeros(value - 1);
    int power = (bits + 1) >> 1;
    return Math.min(counts.length - 1, Math.max(0, power - lowestPower));
  }

  void add(PowerBuckets other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
    sum += other.sum;
  }

  /** As a view whose bounds and sum are divided by {@code unit}. */
  BucketView view(double unit) {
    double[] bounds = new double[counts.length];
    for (int i = 0; i < bounds.length - 1; i++) {
      bounds[i] = (1L << (2 * (lowestPower + i))) / unit;
    }
    bounds[bounds.length - 1] = Double.POSITIVE_INFINITY;
    return new BucketView(bounds, counts.clone(), sum / unit);
  }
}
