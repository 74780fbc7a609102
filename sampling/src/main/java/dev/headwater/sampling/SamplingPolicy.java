package dev.headwater.sampling;

import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rule.RouteSampling;
import org.jspecify.annotations.Nullable;

/**
 * What is sampled, at which rate: the order of DESIGN's sampling gate for decisions made here.
 *
 * <p>Immutable: a change builds a new policy and swaps one reference. Safe to ask from any thread;
 * a question costs one comparison, and for a route's own rule one small record.
 */
public final class SamplingPolicy {
  /** Rule name of decisions by the default rate. */
  public static final String DEFAULT_RULE = "default";

  /** Rule name where none was asked, because a caller's decision was inherited. */
  public static final String NO_RULE = "none";

  private final ProbabilisticRate defaultRate;
  private final Decision kept;
  private final Decision dropped;

  private SamplingPolicy(ProbabilisticRate defaultRate) {
    this.defaultRate = defaultRate;
    this.kept = new Decision(true, false, Reason.DEFAULT, DEFAULT_RULE, defaultRate.rate());
    this.dropped = new Decision(false, false, Reason.DEFAULT, DEFAULT_RULE, defaultRate.rate());
  }

  /** A policy of one rate for every route that has none of its own. */
  public static SamplingPolicy of(ProbabilisticRate defaultRate) {
    return new SamplingPolicy(defaultRate);
  }

  /**
   * Decides for a trace that starts here.
   *
   * @param facts the request, asked only by rules that need to
   * @param own the matched route's own rule, or null
   * @param traceIdLow the 64 bits that rates are a function of
   */
  public Decision decide(SamplingFacts facts, @Nullable RouteSampling own, long traceIdLow) {
    if (own == null) {
      return defaultRate.keeps(traceIdLow) ? kept : dropped;
    }
    ProbabilisticRate rate = own.rate();
    String route = facts.route();
    String rule = "route:" + (route == null ? "" : route);
    return new Decision(rate.keeps(traceIdLow), false, Reason.RULE, rule, rate.rate());
  }

  /** The rate that {@link #decide} would ask for a route with this rule. */
  public ProbabilisticRate rateFor(@Nullable RouteSampling own) {
    return own == null ? defaultRate : own.rate();
  }

  /** The rate of routes without one of their own. */
  public ProbabilisticRate defaultRate() {
    return defaultRate;
  }
}
