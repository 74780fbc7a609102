package dev.headwater.sampling;

import dev.headwater.sampling.SamplerView.RuleView;
import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rule.KeepPolicy;
import dev.headwater.sampling.rule.SamplingFacts;
import dev.headwater.sampling.rule.SamplingRule;
import dev.headwater.sampling.rule.Verdict;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A rule at work, with its answers made once. */
final class RunningRule {
  private final SamplingRule rule;
  private final ProbabilisticRate rate;
  private final Decision kept;
  private final Decision dropped;
  private final Decision late;
  private final LongAdder lateKept = new LongAdder();

  RunningRule(SamplingRule rule, Reason reason) {
    this.rule = rule;
    this.rate = rule.verdict().rate();
    this.kept = new Decision(true, false, reason, rule.name(), rate.rate());
    this.dropped = new Decision(false, false, reason, rule.name(), rate.rate());
    this.late = new Decision(true, false, Reason.LATE, rule.name(), rate.rate());
  }

  static RunningRule of(SamplingRule rule) {
    return new RunningRule(
        rule, rule.verdict() instanceof Verdict.Never ? Reason.NEVER : Reason.RULE);
  }

  SamplingRule rule() {
    return rule;
  }

  boolean isNever() {
    return dropped.reason() == Reason.NEVER;
  }

  /** Whether nothing that it speaks of is to be kept, not even late. */
  boolean keepsNone() {
    return rate.rate() == 0;
  }

  @Nullable KeepPolicy keep() {
    return rule.keep();
  }

  boolean matches(SamplingFacts facts) {
    return rule.match().matches(facts);
  }

  Decision decide(long traceIdLow) {
    return rate.keeps(traceIdLow) ? kept : dropped;
  }

  Decision late() {
    lateKept.increment();
    return late;
  }

  RuleView view() {
    return new RuleView(
        rule.name(),
        rule.toString(),
        isNever(),
        rate.rate(),
        rate.rate(),
        Double.NaN,
        0,
        0,
        0,
        0,
        lateKept.sum());
  }
}
