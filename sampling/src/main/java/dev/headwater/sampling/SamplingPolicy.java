package dev.headwater.sampling;

import dev.headwater.sampling.force.ForcePolicy;
import dev.headwater.sampling.rate.LimitPolicy;
import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rule.KeepPolicy;
import dev.headwater.sampling.rule.SamplingRule;
import dev.headwater.sampling.rule.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is sampled, at which rate, as it was written and checked. A value: {@link Sampler} is what
 * runs.
 *
 * @param verdict for requests that no rule speaks of
 * @param rules in the writer's order, shipped ones last; the first that matches wins
 * @param limit what all rules together are held to
 * @param keep which unsampled requests are kept at their end, or null for none
 * @param overrideInherited whether never-rules and caps act on decisions of trusted callers too,
 *     which breaks their traces
 * @param force who may have a trace for the asking, or null for nobody
 */
public record SamplingPolicy(
    Verdict verdict,
    List<SamplingRule> rules,
    LimitPolicy limit,
    @Nullable KeepPolicy keep,
    boolean overrideInherited,
    @Nullable ForcePolicy force) {
  public SamplingPolicy {
    rules = List.copyOf(rules);
  }

  /** A policy that nobody may force. */
  public SamplingPolicy(
      Verdict verdict,
      List<SamplingRule> rules,
      LimitPolicy limit,
      @Nullable KeepPolicy keep,
      boolean overrideInherited) {
    this(verdict, rules, limit, keep, overrideInherited, null);
  }

  /** A policy of a rate, rules and late keep, without limits. */
  public SamplingPolicy(
      ProbabilisticRate rate, List<SamplingRule> rules, @Nullable KeepPolicy keep) {
    this(new Verdict.Share(rate), rules, LimitPolicy.NONE, keep, false);
  }

  /** A policy of a rate and rules. */
  public SamplingPolicy(ProbabilisticRate rate, List<SamplingRule> rules) {
    this(rate, rules, null);
  }

  /** A policy of one rate for every route that has none of its own. */
  public static SamplingPolicy of(ProbabilisticRate rate) {
    return new SamplingPolicy(rate, List.of());
  }

  /** The same policy with another word on who may force. */
  public SamplingPolicy with(@Nullable ForcePolicy other) {
    return new SamplingPolicy(verdict, rules, limit, keep, overrideInherited, other);
  }

  /** The default rate as long as no cap says less; the highest where it moves. */
  public ProbabilisticRate rate() {
    return verdict.rate();
  }

  /** The same policy with another default rate. */
  public SamplingPolicy with(ProbabilisticRate rate) {
    return new SamplingPolicy(
        new Verdict.Share(rate), rules, limit, keep, overrideInherited, force);
  }

  /** The default as a rule. */
  SamplingRule defaultRule() {
    return SamplingRule.byDefault(verdict);
  }
}
