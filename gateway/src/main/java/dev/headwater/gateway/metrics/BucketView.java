package dev.headwater.gateway.metrics;

/**
 * A histogram as it is read: immutable by convention, nobody writes to the arrays after it is
 * built.
 *
 * @param upperBounds inclusive upper bounds, ascending, the last one infinite
 * @param counts observations per bucket, not cumulative
 * @param sum of the observed values, in the unit of the bounds
 */
@SuppressWarnings("ArrayRecordComponent") // Read-only columns, never compared as values.
public record BucketView(double[] upperBounds, long[] counts, double sum) {
  /** All observations. */
  public long count() {
    long total = 0;
    for (long c : counts) {
      total += c;
    }
    return total;
  }
}
