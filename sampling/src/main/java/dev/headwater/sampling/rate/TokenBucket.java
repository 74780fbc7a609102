package dev.headwater.sampling.rate;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Guards a cap: a bucket of {@code burst} tokens that refills by {@code perSecond}.
 *
 * <p>Kept as one number, the time at which the bucket will be full again (the generic cell rate
 * algorithm, ITU-T I.371), so that refilling needs no timer and taking is one compare-and-set. The
 * cap comes with each call: it may change while the bucket goes on. Safe for any thread; allocates
 * nothing.
 */
public final class TokenBucket {
  private final AtomicLong fullAt;

  private TokenBucket(long fullAt) {
    this.fullAt = new AtomicLong(fullAt);
  }

  /** A full bucket. */
  public static TokenBucket full(long nowNanos) {
    return new TokenBucket(nowNanos);
  }

  /** A half-full bucket: where a cap that is used up stands in the long run. */
  public static TokenBucket half(CapPolicy cap, long nowNanos) {
    return new TokenBucket(nowNanos + cap.capacityNanos() / 2);
  }

  /** Takes one token if there is one. */
  public boolean take(CapPolicy cap, long nowNanos) {
    return take(cap.spacingNanos(), cap.capacityNanos(), nowNanos);
  }

  /**
   * Takes one token whether there is one or not, as long as no more than a whole bucket is owed.
   */
  public boolean charge(CapPolicy cap, long nowNanos) {
    return take(cap.spacingNanos(), 2 * cap.capacityNanos(), nowNanos);
  }

  private boolean take(long spacing, long most, long nowNanos) {
    while (true) {
      long until = fullAt.get();
      long missing = Math.max(0, until - nowNanos);
      if (missing + spacing > most) {
        return false;
      }
      if (fullAt.compareAndSet(until, nowNanos + missing + spacing)) {
        return true;
      }
    }
  }

  /** Puts back what was taken, for who got a token here and none elsewhere. */
  public void putBack(CapPolicy cap) {
    fullAt.addAndGet(-cap.spacingNanos());
  }

  /** Whether {@link #take} would succeed. */
  public boolean hasToken(CapPolicy cap, long nowNanos) {
    return Math.max(0, fullAt.get() - nowNanos) + cap.spacingNanos() <= cap.capacityNanos();
  }

  /** Whether {@link #charge} would succeed. */
  public boolean hasCredit(CapPolicy cap, long nowNanos) {
    return Math.max(0, fullAt.get() - nowNanos) + cap.spacingNanos() <= 2 * cap.capacityNanos();
  }

  /** How full it is: 1 full, 0 empty, down to -1 where tokens are owed. */
  public double level(CapPolicy cap, long nowNanos) {
    return 1 - (double) Math.max(0, fullAt.get() - nowNanos) / cap.capacityNanos();
  }
}
