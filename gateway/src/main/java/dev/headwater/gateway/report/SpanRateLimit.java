package dev.headwater.gateway.report;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Most spans per second that one sink is given, where traces are left out whole.
 *
 * <p>Which share of traces fits is learned from the second before: those whose id lies below a
 * boundary are taken, all spans of a trace alike, and two sinks with limits keep subsets of each
 * other. When a second brings more than the one before promised, a bound in spans cuts the rest of
 * that second off, in the midst of traces too. Safe for use from any thread, without a lock.
 */
final class SpanRateLimit {
  /** Ids are spread evenly only on the average: aiming at the limit itself would touch it. */
  private static final double AIM = 0.95;

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final int perSecond;
  private final AtomicLong second = new AtomicLong(Long.MIN_VALUE);
  private final AtomicInteger taken = new AtomicInteger();
  private final LongAdder offered = new LongAdder();
  private volatile long boundary = Long.MAX_VALUE;

  /**
   * A limit.
   *
   * @param perSecond spans, 1 or more
   */
  SpanRateLimit(int perSecond) {
    this.perSecond = perSecond;
  }

  /**
   * Whether this span goes to the sink.
   *
   * @param traceId in lower-case hex, 16 or 32 characters
   * @param nowNanos a monotonic clock
   */
  boolean admits(String traceId, long nowNanos) {
    long now = Math.floorDiv(nowNanos, SECOND);
    long last = second.get();
    if (now != last && second.compareAndSet(last, now)) {
      begin(last == Long.MIN_VALUE ? 1 : now - last);
    }
    offered.increment();
    return share(traceId) <= boundary && taken.incrementAndGet() <= perSecond;
  }

  /** A second begins, so many after the one that was counted. */
  private void begin(long seconds) {
    double rate = (double) offered.sumThenReset() / Math.max(1, seconds);
    boundary =
        rate <= perSecond ? Long.MAX_VALUE : (long) (Long.MAX_VALUE * AIM * perSecond / rate);
    taken.set(0);
  }

  /** Where the trace lies between 0 and the largest long, by the low 64 bits of its id. */
  private static long share(String traceId) {
    int end = traceId.length();
    long low = Long.parseUnsignedLong(traceId, Math.max(0, end - 16), end, 16);
    return low == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(low);
  }
}
