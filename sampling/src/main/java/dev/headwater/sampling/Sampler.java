package dev.headwater.sampling;

import dev.headwater.sampling.SamplerView.LateView;
import dev.headwater.sampling.SamplerView.RuleView;
import dev.headwater.sampling.rule.KeepPolicy;
import dev.headwater.sampling.rule.RuleMatch;
import dev.headwater.sampling.rule.SamplingFacts;
import dev.headwater.sampling.rule.SamplingRule;
import dev.headwater.sampling.rule.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
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
  private final List<RunningRule> inOrder = new ArrayList<>();
  private final RunningRule[] rules;
  private final RunningRule defaultRule;
  private final Map<SamplingRule, RunningRule> own = new IdentityHashMap<>();
  private final Map<String, RunningRule> byName = new HashMap<>();
  private final @Nullable LateKeep lateKeep;

  private Sampler(SamplingPolicy policy, Collection<SamplingRule> routes, LongSupplier nanos) {
    this.policy = policy;
    this.nanos = nanos;
    this.rules = policy.rules().stream().map(RunningRule::of).toArray(RunningRule[]::new);
    this.defaultRule =
        new RunningRule(
            new SamplingRule(DEFAULT_RULE, RuleMatch.ALL, new Verdict.Share(policy.rate())),
            Reason.DEFAULT);
    routes.forEach(rule -> own.put(rule, RunningRule.of(rule)));
    inOrder.addAll(List.of(rules));
    routes.forEach(rule -> inOrder.add(own.get(rule)));
    inOrder.add(defaultRule);
    inOrder.forEach(rule -> byName.putIfAbsent(rule.rule().name(), rule));
    KeepPolicy keep = policy.keep();
    this.lateKeep =
        keep == null ? null : new LateKeep(keep.over(KeepPolicy.DEFAULT), nanos.getAsLong());
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

  /**
   * Asks at the end of a request whether it is kept after all, at the edge only. Allocates nothing;
   * takes from late keep's budget when it says yes.
   *
   * @param head the decision that was made at the start
   * @param ofRoute the matched route's own rule, or null
   * @param failed whether it ended in a 5xx, a timeout or a reset
   * @param retried whether it took more than one attempt
   * @param durationNanos from arrival to the end
   * @param p99Nanos the route's running 99th percentile, or 0 while that is not known
   * @return the decision with reason {@link Reason#LATE}, or null when {@code head} stands: always
   *     where it was sampled, was not made here, or came of a rule that keeps nothing
   */
  public @Nullable Decision keepLate(
      Decision head,
      @Nullable SamplingRule ofRoute,
      boolean failed,
      boolean retried,
      long durationNanos,
      long p99Nanos) {
    RunningRule rule = head.sampled() ? null : byName.get(head.rule());
    if (rule == null || rule.keepsNone()) {
      return null;
    }
    LateKeep keep = lateKeep;
    if (keep == null
        || !keep.policy().speaksOf(failed, retried, durationNanos, p99Nanos)
        || !keep.take(nanos.getAsLong())) {
      return null;
    }
    return rule.late();
  }

  /** The same answers, without taking anything from a cap: what {@code explain} asks. */
  public Decider preview() {
    return this;
  }

  /** What an operator may see of it, now. */
  public SamplerView view() {
    List<RuleView> views = inOrder.stream().map(RunningRule::view).toList();
    LateView late = lateKeep == null ? null : lateKeep.view();
    return new SamplerView(views, null, null, late);
  }

  /** What it works by. */
  public SamplingPolicy policy() {
    return policy;
  }
}
