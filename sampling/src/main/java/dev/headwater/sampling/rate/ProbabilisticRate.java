package dev.headwater.sampling.rate;

/**
 * Keeps a fixed share of traces, decided by the trace id alone.
 *
 * <p>Use it for every static rate: all replicas, a Zipkin collector and Headwater agree on one id
 * at one rate, and a smaller rate keeps a subset of what a larger one keeps.
 *
 * <p>An id is kept when {@code abs(low 64 bits) <= Long.MAX_VALUE * (float) rate}, the arithmetic
 * of Zipkin's collector sampler, bit for bit, with {@code Long.MIN_VALUE} read as {@code
 * Long.MAX_VALUE}. Rate 0 keeps nothing, id 0 included. Costs a comparison; immutable.
 */
public final class ProbabilisticRate {
  /** Keeps every trace. */
  public static final ProbabilisticRate ALWAYS = new ProbabilisticRate(1.0);

  /** Keeps no trace. */
  public static final ProbabilisticRate NEVER = new ProbabilisticRate(0.0);

  private final double rate;
  private final long boundary;

  private ProbabilisticRate(double rate) {
    this.rate = rate;
    this.boundary = (long) (Long.MAX_VALUE * (float) rate);
  }

  /**
   * A rate from 0 (never) to 1 (always).
   *
   * @throws IllegalArgumentException when {@code rate} is outside that range or not a number
   */
  public static ProbabilisticRate of(double rate) {
    if (!(rate >= 0.0 && rate <= 1.0)) {
      throw new IllegalArgumentException("rate: " + rate + " (expected 0.0 to 1.0)");
    }
    return rate == 0.0 ? NEVER : rate == 1.0 ? ALWAYS : new ProbabilisticRate(rate);
  }

  /** Whether the trace with these low 64 bits is kept. */
  public boolean keeps(long traceIdLow) {
    if (boundary == 0) {
      return false;
    }
    long distance = traceIdLow == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(traceIdLow);
    return distance <= boundary;
  }

  /** The configured share, 0 to 1. */
  public double rate() {
    return rate;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ProbabilisticRate that && that.rate == rate;
  }

  @Override
  public int hashCode() {
    return Double.hashCode(rate);
  }

  @Override
  public String toString() {
    return "rate: " + rate;
  }
}
