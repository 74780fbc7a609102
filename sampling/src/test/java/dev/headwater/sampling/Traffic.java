package dev.headwater.sampling;

import dev.headwater.sampling.rule.SamplingRule;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;

/**
 * Requests at random times on a clock of their own, and how many of them were kept in each second.
 */
final class Traffic {
  private static final double NANOS = 1e9;

  private final SplittableRandom random;
  private double seconds;
  private int[] offered = {};
  private int[] kept = {};

  Traffic(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** Now, for a sampler. */
  long nanos() {
    return (long) (seconds * NANOS);
  }

  Sampler sampler(SamplingPolicy policy) {
    return sampler(policy, List.of());
  }

  Sampler sampler(SamplingPolicy policy, Collection<SamplingRule> routes) {
    return Sampler.of(policy, routes, this::nanos);
  }

  /** Lets requests arrive, as many per second as a load says of each second. */
  Traffic run(Sampler sampler, int duration, IntToDoubleFunction load) {
    FixedFacts facts = new FixedFacts("votes");
    offered = new int[duration];
    kept = new int[duration];
    double start = seconds;
    for (int second = 0; second < duration; second++) {
      double perSecond = load.applyAsDouble(second);
      double at = start + second + gap(perSecond);
      while (at < start + second + 1) {
        seconds = at;
        offered[second]++;
        kept[second] += sampler.decide(facts, null, random.nextLong()).sampled() ? 1 : 0;
        at += gap(perSecond);
      }
    }
    seconds = start + duration;
    return this;
  }

  /** Times between arrivals that know nothing of each other. */
  private double gap(double perSecond) {
    return -Math.log(1 - random.nextDouble()) / perSecond;
  }

  long offered(int from, int to) {
    return sum(offered, from, to);
  }

  long kept(int from, int to) {
    return sum(kept, from, to);
  }

  private static long sum(int[] counts, int from, int to) {
    long sum = 0;
    for (int i = from; i < to; i++) {
      sum += counts[i];
    }
    return sum;
  }
}
