package dev.headwater.sampling.rate;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Holds a stream of traces to a cap by lowering its rate, so that what is kept stays a function of
 * the trace id; a token bucket is only the hard guard.
 *
 * <p>Every 100 ms, by whichever caller passes first, the factor that rates are multiplied with is
 * worked out anew: {@code min(1, 2 * level * cap / arrivals)}. The bucket's level is the memory of
 * what was really kept: at one half the factor is cap over arrivals; fuller, after a lull, it is up
 * to twice that; empty, it is nothing. So the number kept is steered to the cap, not to an
 * estimate. Arrivals are averaged over about two seconds; a count that no scatter explains replaces
 * the average at once. A refusal by the guard asks for a new factor within 5 ms.
 *
 * <p>Safe for any thread. A question costs a few volatile reads; nothing is allocated but one small
 * object per new factor.
 */
public final class Ceiling implements Meter {
  private static final AtomicReferenceFieldUpdater<Ceiling, Step> STEP =
      AtomicReferenceFieldUpdater.newUpdater(Ceiling.class, Step.class, "step");
  private static final long TICK_NANOS = 100_000_000L;
  private static final long HURRIED_NANOS = 5_000_000L;
  private static final double AVERAGED_SECONDS = 2;
  private static final double NANOS = 1e9;

  /** Standard deviations of a Poisson count beyond which it is not scatter. */
  private static final double SIGNIFICANT = 3;

  private final Supplier<CapPolicy> source;
  private final double least;
  private final Counters counters;
  private final TokenBucket bucket;
  private volatile Step step;

  private Ceiling(
      Supplier<CapPolicy> source, double least, Counters counters, TokenBucket bucket, Step step) {
    this.source = source;
    this.least = least;
    this.counters = counters;
    this.bucket = bucket;
    this.step = step;
  }

  /**
   * A ceiling with a half-full bucket.
   *
   * @param source the cap, asked at every new factor
   * @param least the factor never falls below it, 0 to 1
   */
  public static Ceiling of(Supplier<CapPolicy> source, double least, long nowNanos) {
    CapPolicy cap = source.get();
    Step first = new Step(cap, 1, 0, 0, nowNanos, false);
    TokenBucket bucket = TokenBucket.half(cap, nowNanos);
    return new Ceiling(source, least, new Counters(), bucket, first);
  }

  /** The same stream under another cap: level, averages and counts go on. */
  public Ceiling under(Supplier<CapPolicy> other) {
    return new Ceiling(other, least, counters, bucket, step);
  }

  @Override
  public double factor(long nowNanos) {
    Step current = step;
    if (!current.isOver(nowNanos)) {
      return current.factor;
    }
    Step next = next(current, nowNanos);
    STEP.compareAndSet(this, current, next);
    return next.factor;
  }

  private Step next(Step last, long nowNanos) {
    CapPolicy cap = source.get();
    long counted = counters.arrived.sum();
    double arrivals = last.arrivals(counted, nowNanos);
    double aim = 2 * bucket.level(cap, nowNanos) * cap.perSecond();
    double factor = aim >= arrivals ? 1 : Math.max(least, aim / arrivals);
    return new Step(cap, factor, arrivals, counted, nowNanos, false);
  }

  @Override
  public void arrive() {
    counters.arrived.increment();
  }

  @Override
  public boolean take(long nowNanos) {
    Step current = step;
    if (bucket.take(current.cap, nowNanos)) {
      return true;
    }
    counters.refused.increment();
    if (!current.hurried) {
      STEP.compareAndSet(this, current, current.hurry());
    }
    return false;
  }

  @Override
  public boolean charge(long nowNanos) {
    return bucket.charge(step.cap, nowNanos);
  }

  @Override
  public void putBack() {
    bucket.putBack(step.cap);
  }

  /** The same answers at any moment, without taking or changing anything. */
  public Meter preview() {
    return new Preview(this);
  }

  /** The cap in force. */
  public CapPolicy cap() {
    return step.cap;
  }

  /** Traces that the guard refused. */
  public long refused() {
    return counters.refused.sum();
  }

  /** Looks, and leaves everything as it is. */
  record Preview(Ceiling ceiling) implements Meter {
    @Override
    public double factor(long nowNanos) {
      Step current = ceiling.step;
      return current.isOver(nowNanos) ? ceiling.next(current, nowNanos).factor : current.factor;
    }

    @Override
    public void arrive() {}

    @Override
    public boolean take(long nowNanos) {
      return ceiling.bucket.hasToken(ceiling.step.cap, nowNanos);
    }

    @Override
    public boolean charge(long nowNanos) {
      return ceiling.bucket.hasCredit(ceiling.step.cap, nowNanos);
    }

    @Override
    public void putBack() {}
  }

  /** What goes on when the cap changes. */
  private static final class Counters {
    private final LongAdder arrived = new LongAdder();
    private final LongAdder refused = new LongAdder();
  }

  /**
   * What holds from one working-out to the next.
   *
   * @param perSecond arrivals
   * @param counted all arrivals until {@code at}
   * @param hurried whether the guard had to refuse one since
   */
  private record Step(
      CapPolicy cap, double factor, double perSecond, long counted, long at, boolean hurried) {
    boolean isOver(long nowNanos) {
      return nowNanos - at >= (hurried ? HURRIED_NANOS : TICK_NANOS);
    }

    Step hurry() {
      return new Step(cap, factor, perSecond, counted, at, true);
    }

    double arrivals(long countedNow, long nowNanos) {
      double seconds = (nowNanos - at) / NANOS;
      double count = countedNow - counted;
      double expected = perSecond * seconds;
      double scatter = SIGNIFICANT * Math.sqrt(Math.max(count, expected));
      double weight =
          Math.abs(count - expected) > scatter ? 1 : 1 - Math.exp(-seconds / AVERAGED_SECONDS);
      return perSecond + weight * (count / seconds - perSecond);
    }
  }
}
