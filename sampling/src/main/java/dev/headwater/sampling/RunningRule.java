package dev.headwater.sampling;

import dev.headwater.sampling.SamplerView.RuleView;
import dev.headwater.sampling.rate.Meter;
import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rule.SamplingFacts;
import dev.headwater.sampling.rule.SamplingRule;
import dev.headwater.sampling.rule.Verdict;

/**
 * A rule at work within a sampler: rate, then its own cap or target, then what all share, then the
 * floor. A rule that nothing limits reads no clock.
 */
final class RunningRule {
  private final SamplingRule rule;
  private final Reason reason;
  private final RuleState state;
  private final Limits limits;
  private final ProbabilisticRate configured;
  private final ProbabilisticRate least;
  private final Meter own;
  private final Meter shared;
  private final double floor;
  private final boolean isStatic;
  private final Decision overruled;
  private volatile Reach reach;

  RunningRule(RuleState state, Reason reason, Limits limits) {
    this.rule = state.rule();
    this.reason = reason;
    this.state = state;
    this.limits = limits;
    Verdict verdict = rule.verdict();
    this.configured = verdict.rate();
    this.least = RuleState.leastRate(verdict);
    this.own = state.meter();
    this.shared = limits.meter();
    boolean isLimited = state.isLimited() || limits.areSet();
    this.floor = keepsNone() || isAlways() ? 0 : limits.policy().floor(isLimited);
    this.isStatic = keepsNone() || (!isLimited && floor == 0);
    this.reach = Reach.of(verdict, reason, rule.name(), 1, 1);
    this.overruled = new Decision(false, false, Reason.CAPPED, rule.name(), Double.NaN);
  }

  static RunningRule of(RuleState state, Limits limits) {
    boolean isNever = state.rule().verdict() instanceof Verdict.Never;
    return new RunningRule(state, isNever ? Reason.NEVER : Reason.RULE, limits);
  }

  SamplingRule rule() {
    return rule;
  }

  RuleState state() {
    return state;
  }

  boolean isNever() {
    return reason == Reason.NEVER;
  }

  private boolean isAlways() {
    return rule.verdict() instanceof Verdict.Always;
  }

  /** Whether nothing that it speaks of is to be kept, not even late. */
  boolean keepsNone() {
    return configured.rate() == 0;
  }

  boolean matches(SamplingFacts facts) {
    return rule.match().matches(facts);
  }

  Decision decide(SamplingFacts facts, long traceIdLow) {
    state.asked.increment();
    Decision decision = isStatic ? byRateAlone(traceIdLow) : limited(facts, traceIdLow);
    if (decision.sampled()) {
      state.kept.increment();
    }
    return decision;
  }

  private Decision byRateAlone(long traceIdLow) {
    Reach fixed = reach;
    return configured.keeps(traceIdLow) ? fixed.kept() : fixed.dropped();
  }

  private Decision limited(SamplingFacts facts, long traceIdLow) {
    long now = limits.nanos().getAsLong();
    Reach current = reach(now);
    if (isAlways()) {
      shared.charge(now);
      return current.kept();
    }
    Decision decision = byRates(current, traceIdLow, now);
    if (floor > 0) {
      String route = placeOf(facts);
      if (decision.sampled()) {
        limits.floor().kept(route, floor, now);
      } else if (limits.floor().takeIfQuiet(route, floor, now) && isChargedTo(now)) {
        state.floor.increment();
        return current.floor();
      }
    }
    if (decision == current.capped()) {
      state.capped.increment();
    }
    return decision;
  }

  private String placeOf(SamplingFacts facts) {
    String route = facts.route();
    return route == null ? rule.name() : route;
  }

  private Decision byRates(Reach current, long traceIdLow, long now) {
    if (!configured.keeps(traceIdLow)) {
      return current.dropped();
    }
    own.arrive();
    if (!current.afterOwn().keeps(traceIdLow)) {
      return current.lowered();
    }
    shared.arrive();
    boolean isKept = current.inForce().keeps(traceIdLow) && takes(least.keeps(traceIdLow), now);
    return isKept ? current.kept() : current.capped();
  }

  /**
   * Takes the tokens of a trace.
   *
   * @param anyway whether the rule's own limit may not refuse it
   */
  private boolean takes(boolean anyway, long now) {
    if (!own.take(now) && !anyway) {
      return false;
    }
    if (!shared.take(now)) {
      own.putBack();
      return false;
    }
    return true;
  }

  private boolean isChargedTo(long now) {
    if (!own.charge(now)) {
      return false;
    }
    if (!shared.charge(now)) {
      own.putBack();
      return false;
    }
    return true;
  }

  /** What caps leave of a trace that a trusted caller decided to sample. */
  Decision overrule(Decision inherited, long traceIdLow) {
    if (isNever()) {
      return reach.dropped();
    }
    if (isStatic || isAlways()) {
      return inherited;
    }
    long now = limits.nanos().getAsLong();
    Reach current = reach(now);
    own.arrive();
    shared.arrive();
    return current.ofInherited().keeps(traceIdLow) && takes(false, now) ? inherited : overruled;
  }

  private Reach reach(long now) {
    Reach current = reach;
    double ownFactor = own.factor(now);
    double sharedFactor = shared.factor(now);
    if (!current.isOf(ownFactor, sharedFactor)) {
      current = Reach.of(rule.verdict(), reason, rule.name(), ownFactor, sharedFactor);
      reach = current;
    }
    return current;
  }

  Decision late() {
    state.late.increment();
    return reach.late();
  }

  /** What an operator may see of it; changes nothing. */
  RuleView view() {
    RunningRule look = new RunningRule(state.preview(), reason, limits.preview());
    double rateInForce =
        isStatic || isAlways()
            ? configured.rate()
            : look.reach(limits.nanos().getAsLong()).inForce().rate();
    return new RuleView(
        rule.name(),
        rule.toString(),
        isNever(),
        configured.rate(),
        rateInForce,
        state.perSecond(),
        state.asked.sum(),
        state.kept.sum(),
        state.capped.sum(),
        state.floor.sum(),
        state.late.sum());
  }
}
