package dev.headwater.sampling;

import dev.headwater.sampling.SamplerView.LateView;
import dev.headwater.sampling.rate.CapPolicy;
import dev.headwater.sampling.rate.TokenBucket;
import dev.headwater.sampling.rule.KeepPolicy;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** A {@link KeepPolicy} at work: its budget per second, and what became of it. */
final class LateKeep {
  private final KeepPolicy policy;
  private final CapPolicy cap;
  private final TokenBucket bucket;
  private final LongAdder kept = new LongAdder();
  private final LongAdder refused = new LongAdder();

  /**
   * Late keep with a budget of its own.
   *
   * @param policy with nothing left open but {@code slowerThan}
   */
  LateKeep(KeepPolicy policy, long nowNanos) {
    this.policy = policy;
    this.cap = CapPolicy.of(Objects.requireNonNull(policy.perSecond(), "perSecond"));
    this.bucket = TokenBucket.full(nowNanos);
  }

  KeepPolicy policy() {
    return policy;
  }

  boolean take(long nowNanos) {
    boolean isTaken = bucket.take(cap, nowNanos);
    (isTaken ? kept : refused).increment();
    return isTaken;
  }

  LateView view() {
    return new LateView(policy.toString(), cap.perSecond(), kept.sum(), refused.sum());
  }
}
