package dev.headwater.sampling;

import dev.headwater.sampling.SamplerView.RuleView;
import dev.headwater.sampling.rate.ReplicaSource;
import dev.headwater.sampling.rule.SamplingFacts;
import dev.headwater.sampling.rule.SamplingRule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A sampling policy at work: the order of DESIGN's sampling gate for decisions made here.
 *
 * <p>A never-rule wins wherever it stands; then the first rule of the list that matches, then the
 * route's own, then the default. What that one would keep its cap may take, then what all rules
 * share; a route that was quiet gets a trace nevertheless.
 *
 * <p>A change of the configuration makes a new sampler from the old one with {@link #next}; rules
 * that it leaves alone go on where they stood. Safe to ask from any thread. A decision allocates
 * nothing; by a static rate it costs the conditions asked, a comparison and a count, by a limited
 * one a reading of the clock and of two factors besides.
 */
public final class Sampler implements Decider {
  /** Rule name of decisions by the default rate. */
  public static final String DEFAULT_RULE = SamplingRule.DEFAULT;

  /** Rule name where none was asked, because a caller's decision was inherited. */
  public static final String NO_RULE = "none";

  private final SamplingPolicy policy;
  private final Limits limits;
  private final RunningRule[] nevers;
  private final RunningRule[] others;
  private final Map<SamplingRule, RunningRule> own = new IdentityHashMap<>();
  private final RunningRule defaultRule;
  private final Map<String, RunningRule> byName = new HashMap<>();
  private final LateKeeps late;

  private Sampler(
      SamplingPolicy policy,
      Collection<SamplingRule> routes,
      Limits limits,
      @Nullable LateKeeps formerLate,
      UnaryOperator<RuleState> continued) {
    this.policy = policy;
    this.limits = limits;
    long now = limits.nanos().getAsLong();
    List<RunningRule> listed = new ArrayList<>();
    for (SamplingRule rule : policy.rules()) {
      listed.add(RunningRule.of(continued.apply(RuleState.of(rule, now)), limits));
    }
    this.nevers = listed.stream().filter(RunningRule::isNever).toArray(RunningRule[]::new);
    this.others = listed.stream().filter(r -> !r.isNever()).toArray(RunningRule[]::new);
    for (SamplingRule rule : routes) {
      own.put(rule, RunningRule.of(continued.apply(RuleState.of(rule, now)), limits));
    }
    RuleState ofDefault = RuleState.of(policy.defaultRule(), now);
    this.defaultRule = new RunningRule(continued.apply(ofDefault), Reason.DEFAULT, limits);
    inOrder(routes).forEach(rule -> byName.put(rule.rule().name(), rule));
    List<SamplingRule> all = byName.values().stream().map(RunningRule::rule).toList();
    this.late = LateKeeps.of(policy, all, formerLate, now);
  }

  /**
   * A sampler for a policy whose replicas are configured.
   *
   * @param routes the routes' own rules
   * @param nanos a monotonic clock, in nanoseconds
   */
  public static Sampler of(
      SamplingPolicy policy, Collection<SamplingRule> routes, LongSupplier nanos) {
    return of(policy, routes, nanos, ReplicaSource.CONFIGURED);
  }

  /**
   * A sampler.
   *
   * @param routes the routes' own rules
   * @param nanos a monotonic clock, in nanoseconds
   * @param replicas among how many the budget is divided
   */
  public static Sampler of(
      SamplingPolicy policy,
      Collection<SamplingRule> routes,
      LongSupplier nanos,
      ReplicaSource replicas) {
    Limits limits = Limits.of(policy.limit(), nanos, replicas);
    return new Sampler(policy, routes, limits, null, UnaryOperator.identity());
  }

  /** Whether no rule of a list may have a name: decisions of another source carry it. */
  public static boolean isReserved(String name) {
    return name.equals(DEFAULT_RULE)
        || name.equals(NO_RULE)
        || name.startsWith(SamplingRule.OF_ROUTE);
  }

  /** The sampler that follows this one. */
  public Sampler next(SamplingPolicy changed, Collection<SamplingRule> routes) {
    Limits following = limits.next(changed.limit());
    return new Sampler(changed, routes, following, late, this::continued);
  }

  /** The state of the same rule, as far as there is one. */
  private RuleState continued(RuleState fresh) {
    RunningRule known = byName.get(fresh.rule().name());
    return known != null && known.rule().equals(fresh.rule()) ? known.state() : fresh;
  }

  private List<RunningRule> inOrder(Collection<SamplingRule> routes) {
    List<RunningRule> all = new ArrayList<>(List.of(nevers));
    all.addAll(List.of(others));
    routes.forEach(rule -> all.add(own.get(rule)));
    all.add(defaultRule);
    return all;
  }

  @Override
  public Decision decide(SamplingFacts facts, @Nullable SamplingRule ofRoute, long traceIdLow) {
    return rule(facts, ofRoute).decide(facts, traceIdLow);
  }

  @Override
  public Decision override(
      Decision inherited, SamplingFacts facts, @Nullable SamplingRule ofRoute, long traceIdLow) {
    return policy.overrideInherited()
        ? rule(facts, ofRoute).overrule(inherited, traceIdLow)
        : inherited;
  }

  private RunningRule rule(SamplingFacts facts, @Nullable SamplingRule ofRoute) {
    for (RunningRule never : nevers) {
      if (never.matches(facts)) {
        return never;
      }
    }
    for (RunningRule rule : others) {
      if (rule.matches(facts)) {
        return rule;
      }
    }
    RunningRule ofThisRoute = ofRoute == null ? null : own.get(ofRoute);
    return ofThisRoute == null ? defaultRule : ofThisRoute;
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
    RunningRule rule = isOurs(head) ? byName.get(head.rule()) : null;
    if (rule == null || rule.keepsNone()) {
      return null;
    }
    LateKeep keep = late.of(head.rule(), ofRoute);
    boolean isKept =
        keep != null
            && keep.policy().speaksOf(failed, retried, durationNanos, p99Nanos)
            && keep.take(limits.nanos().getAsLong());
    return isKept ? rule.late() : null;
  }

  /** Whether root and decision are ours; what was taken from a trusted caller has no rate. */
  private static boolean isOurs(Decision head) {
    Reason reason = head.reason();
    return !head.sampled()
        && (reason == Reason.RULE || reason == Reason.DEFAULT || reason == Reason.CAPPED)
        && !Double.isNaN(head.rate());
  }

  /**
   * The same answers by the same code, as of the moment it is asked: no token is taken, nothing is
   * counted, no quiet route uses up its turn, and no average moves. Made anew for each explanation.
   */
  public Decider preview() {
    return new Sampler(
        policy, own.keySet(), limits.preview(), null, fresh -> continued(fresh).preview());
  }

  /** What an operator may see of it, now. */
  public SamplerView view() {
    List<RuleView> views = inOrder(own.keySet()).stream().map(RunningRule::view).toList();
    return new SamplerView(views, limits.capView(), limits.budgetView(), late.view());
  }

  /** What it works by. */
  public SamplingPolicy policy() {
    return policy;
  }
}
