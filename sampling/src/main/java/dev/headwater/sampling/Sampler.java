package dev.headwater.sampling;

import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rule.SamplingFacts;
import dev.headwater.sampling.rule.SamplingRule;
import dev.headwater.sampling.rule.Verdict;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A sampling policy at work: the order of DESIGN's sampling gate for decisions made here.
 *
 * <p>A change of the configuration makes a new sampler from the old one with {@link #next}. Safe to
 * ask from any thread; a decision by a static rate costs a comparison per rule and allocates
 * nothing.
 */
public final class Sampler implements Decider {
  /** Rule name of decisions by the default rate. */
  public static final String DEFAULT_RULE = "default";

  /** Rule name where none was asked, because a caller's decision was inherited. */
  public static final String NO_RULE = "none";

  private final SamplingPolicy policy;
  private final LongSupplier nanos;
  private final RunningRule[] rules;
  private final RunningRule defaultRule;
  private final Map<SamplingRule, RunningRule> own = new IdentityHashMap<>();

  private Sampler(SamplingPolicy policy, Collection<SamplingRule> routes, LongSupplier nanos) {
    this.policy = policy;
    this.nanos = nanos;
    this.rules = policy.rules().stream().map(RunningRule::of).toArray(RunningRule[]::new);
    this.defaultRule = new RunningRule(null, policy.rate(), Reason.DEFAULT, DEFAULT_RULE);
    routes.forEach(rule -> own.put(rule, RunningRule.of(rule)));
  }

  /**
   * A sampler.
   *
   * @param routes the routes' own rules
   * @param nanos a monotonic clock, in nanoseconds
   */
  public static Sampler of(
      SamplingPolicy policy, Collection<SamplingRule> routes, LongSupplier nanos) {
    return new Sampler(policy, routes, nanos);
  }

  /** The sampler that follows this one. */
  public Sampler next(SamplingPolicy changed, Collection<SamplingRule> routes) {
    return new Sampler(changed, routes, nanos);
  }

  @Override
  public Decision decide(SamplingFacts facts, @Nullable SamplingRule ofRoute, long traceIdLow) {
    for (RunningRule rule : rules) {
      if (rule.isNever() && rule.matches(facts)) {
        return rule.decide(traceIdLow);
      }
    }
    for (RunningRule rule : rules) {
      if (rule.matches(facts)) {
        return rule.decide(traceIdLow);
      }
    }
    RunningRule ofThisRoute = ofRoute == null ? null : own.get(ofRoute);
    return (ofThisRoute == null ? defaultRule : ofThisRoute).decide(traceIdLow);
  }

  /** The same answers, without taking anything from a cap: what {@code explain} asks. */
  public Decider preview() {
    return this;
  }

  /** What it works by. */
  public SamplingPolicy policy() {
    return policy;
  }

  /** A rule with its answers made once. */
  private record RunningRule(
      @Nullable SamplingRule rule, ProbabilisticRate rate, Decision kept, Decision dropped) {
    RunningRule(@Nullable SamplingRule rule, ProbabilisticRate rate, Reason reason, String name) {
      this(
          rule,
          rate,
          new Decision(true, false, reason, name, rate.rate()),
          new Decision(false, false, reason, name, rate.rate()));
    }

    static RunningRule of(SamplingRule rule) {
      Verdict verdict = rule.verdict();
      Reason reason = verdict instanceof Verdict.Never ? Reason.NEVER : Reason.RULE;
      return new RunningRule(rule, verdict.rate(), reason, rule.name());
    }

    boolean isNever() {
      return dropped.reason() == Reason.NEVER;
    }

    boolean matches(SamplingFacts facts) {
      return rule == null || rule.match().matches(facts);
    }

    Decision decide(long traceIdLow) {
      return rate.keeps(traceIdLow) ? kept : dropped;
    }
  }
}
