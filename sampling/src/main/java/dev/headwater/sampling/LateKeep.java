package dev.headwater.sampling;

import dev.headwater.sampling.SamplerView.LateView;
import dev.headwater.sampling.rate.CapPolicy;
import dev.headwater.sampling.rate.TokenBucket;
import dev.headwater.sampling.rule.KeepPolicy;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A {@link KeepPolicy} at work: its budget per second, and what became of it. */
final class LateKeep {
  private final KeepPolicy policy;
  private final Budget budget;

  private LateKeep(KeepPolicy policy, Budget budget) {
    this.policy = policy;
    this.budget = budget;
  }

  /**
   * Late keep with a budget of its own.
   *
   * @param written what it leaves open {@link KeepPolicy#DEFAULT} says
   */
  static LateKeep of(KeepPolicy written, long nowNanos) {
    KeepPolicy policy = written.over(KeepPolicy.DEFAULT);
    CapPolicy cap = CapPolicy.of(Objects.requireNonNull(policy.perSecond(), "perSecond"));
    return new LateKeep(policy, new Budget(cap, nowNanos));
  }

  /** What a rule says of its own, the rest as here; out of this budget unless it names one. */
  LateKeep ofRule(KeepPolicy written, long nowNanos) {
    KeepPolicy merged = written.over(policy);
    return written.perSecond() == null ? new LateKeep(merged, budget) : of(merged, nowNanos);
  }

  /** Another one, when it says the same: its budget goes on. */
  LateKeep orSame(@Nullable LateKeep known) {
    return known != null && known.policy.equals(policy) ? known : this;
  }

  /** Whether the budget is that of another. */
  boolean drawsOn(LateKeep other) {
    return budget == other.budget;
  }

  KeepPolicy policy() {
    return policy;
  }

  boolean take(long nowNanos) {
    boolean isTaken = budget.bucket.take(budget.cap, nowNanos);
    (isTaken ? budget.kept : budget.refused).increment();
    return isTaken;
  }

  LateView view() {
    return new LateView(
        policy.toString(), budget.cap.perSecond(), budget.kept.sum(), budget.refused.sum());
  }

  /** What several rules may draw on. */
  private static final class Budget {
    private final CapPolicy cap;
    private final TokenBucket bucket;
    private final LongAdder kept = new LongAdder();
    private final LongAdder refused = new LongAdder();

    Budget(CapPolicy cap, long nowNanos) {
      this.cap = cap;
      this.bucket = TokenBucket.full(nowNanos);
    }
  }
}
