package dev.headwater.sampling;

import dev.headwater.sampling.rate.CapPolicy;
import dev.headwater.sampling.rate.Ceiling;
import dev.headwater.sampling.rate.Meter;
import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rule.SamplingRule;
import dev.headwater.sampling.rule.Verdict;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What a rule has gathered: the state of its own cap or target, and its counts. Goes on from
 * sampler to sampler as long as the rule stays equal.
 */
final class RuleState {
  final LongAdder asked = new LongAdder();
  final LongAdder kept = new LongAdder();
  final LongAdder capped = new LongAdder();
  final LongAdder floor = new LongAdder();
  final LongAdder late = new LongAdder();
  private final SamplingRule rule;
  private final Meter meter;

  private RuleState(SamplingRule rule, Meter meter) {
    this.rule = rule;
    this.meter = meter;
  }

  static RuleState of(SamplingRule rule, long nowNanos) {
    CapPolicy cap = cap(rule.verdict());
    Meter meter = cap == null ? Meter.NONE : Ceiling.of(() -> cap, least(rule.verdict()), nowNanos);
    return new RuleState(rule, meter);
  }

  private static @Nullable CapPolicy cap(Verdict verdict) {
    return verdict instanceof Verdict.Share share
        ? share.cap()
        : verdict instanceof Verdict.Adaptive adaptive ? adaptive.target().cap() : null;
  }

  private static double least(Verdict verdict) {
    return leastRate(verdict).rate() / Math.max(Double.MIN_NORMAL, verdict.rate().rate());
  }

  /** The rate that no cap of the rule's own lowers. */
  static ProbabilisticRate leastRate(Verdict verdict) {
    return verdict instanceof Verdict.Adaptive adaptive
        ? adaptive.target().minRate()
        : ProbabilisticRate.NEVER;
  }

  SamplingRule rule() {
    return rule;
  }

  Meter meter() {
    return meter;
  }

  boolean isLimited() {
    return meter != Meter.NONE;
  }

  double perSecond() {
    return meter instanceof Ceiling ceiling ? ceiling.cap().perSecond() : Double.NaN;
  }

  /** The same state to look at: what is counted here is counted nowhere. */
  RuleState preview() {
    return new RuleState(rule, meter instanceof Ceiling ceiling ? ceiling.preview() : meter);
  }
}
