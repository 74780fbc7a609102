package dev.headwater.sampling;

import dev.headwater.sampling.force.ForcePolicy;
import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rule.KeepPolicy;
import dev.headwater.sampling.rule.SamplingRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is sampled, at which rate, as it was written and checked. A value: {@link Sampler} is what
 * runs.
 *
 * @param rate for requests that no rule speaks of
 * @param rules in the writer's order; the first that matches wins
 * @param keep which unsampled requests are kept at their end, or null for none
 * @param force who may have a trace for the asking, or null for nobody
 */
public record SamplingPolicy(
    ProbabilisticRate rate,
    List<SamplingRule> rules,
    @Nullable KeepPolicy keep,
    @Nullable ForcePolicy force) {
  public SamplingPolicy {
    rules = List.copyOf(rules);
  }

  /** A policy that nobody may force. */
  public SamplingPolicy(
      ProbabilisticRate rate, List<SamplingRule> rules, @Nullable KeepPolicy keep) {
    this(rate, rules, keep, null);
  }

  /** A policy without late keep. */
  public SamplingPolicy(ProbabilisticRate rate, List<SamplingRule> rules) {
    this(rate, rules, null);
  }

  /** A policy of one rate for every route that has none of its own. */
  public static SamplingPolicy of(ProbabilisticRate rate) {
    return new SamplingPolicy(rate, List.of());
  }

  /** The same policy with another word on who may force. */
  public SamplingPolicy with(@Nullable ForcePolicy other) {
    return new SamplingPolicy(rate, rules, keep, other);
  }
}
