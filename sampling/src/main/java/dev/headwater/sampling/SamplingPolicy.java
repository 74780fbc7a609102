package dev.headwater.sampling;

import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rule.SamplingRule;
import java.util.List;

/**
 * What is sampled, at which rate, as it was written and checked. A value: {@link Sampler} is what
 * runs.
 *
 * @param rate for requests that no rule speaks of
 * @param rules in the writer's order; the first that matches wins
 */
public record SamplingPolicy(ProbabilisticRate rate, List<SamplingRule> rules) {
  public SamplingPolicy {
    rules = List.copyOf(rules);
  }

  /** A policy of one rate for every route that has none of its own. */
  public static SamplingPolicy of(ProbabilisticRate rate) {
    return new SamplingPolicy(rate, List.of());
  }
}
