package dev.headwater.sampling;

import dev.headwater.sampling.rule.SamplingFacts;
import dev.headwater.sampling.rule.SamplingRule;
import org.jspecify.annotations.Nullable;

/** Decides for traces that start here. Safe to ask from any thread. */
@FunctionalInterface
public interface Decider {
  /**
   * Decides.
   *
   * @param facts the request, asked only by rules that need to
   * @param own the matched route's own rule, or null
   * @param traceIdLow the 64 bits that rates are a function of
   */
  Decision decide(SamplingFacts facts, @Nullable SamplingRule own, long traceIdLow);

  /**
   * What becomes of a trace that a trusted caller had decided to sample: its decision, unless the
   * policy says that never-rules and caps act on those too.
   *
   * @param inherited the caller's decision, sampled and not debug
   * @param facts the request
   * @param own the matched route's own rule, or null
   * @param traceIdLow the 64 bits that rates are a function of
   */
  default Decision override(
      Decision inherited, SamplingFacts facts, @Nullable SamplingRule own, long traceIdLow) {
    return inherited;
  }
}
