package dev.headwater.sampling.rate;

/**
 * A limit on the traces of one stream, as those see it who decide: a factor on the rate, and a
 * token for each trace kept. Safe for any thread; nothing allocates.
 */
public sealed interface Meter permits Ceiling, Meter.Unlimited, Ceiling.Preview {
  /** No limit. */
  Meter NONE = new Unlimited();

  /** What rates are to be multiplied with now, 0 to 1. */
  double factor(long nowNanos);

  /** Counts a trace that would be kept if this limit were not there. */
  void arrive();

  /** Takes a token for a trace that is to be kept; false when there is none. */
  boolean take(long nowNanos);

  /** Takes a token for a trace that is kept beyond the rate; false when too many are owed. */
  boolean charge(long nowNanos);

  /** Puts a token back. */
  void putBack();

  /** Whoever asks this is never held back. */
  record Unlimited() implements Meter {
    @Override
    public double factor(long nowNanos) {
      return 1;
    }

    @Override
    public void arrive() {}

    @Override
    public boolean take(long nowNanos) {
      return true;
    }

    @Override
    public boolean charge(long nowNanos) {
      return true;
    }

    @Override
    public void putBack() {}
  }
}
