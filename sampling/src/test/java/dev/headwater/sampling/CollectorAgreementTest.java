package dev.headwater.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.sampling.rate.CapPolicy;
import dev.headwater.sampling.rate.LimitPolicy;
import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rule.Condition;
import dev.headwater.sampling.rule.RuleMatch;
import dev.headwater.sampling.rule.SamplingRule;
import dev.headwater.sampling.rule.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import zipkin2.collector.CollectorSampler;

/** Wherever a rate comes from, zipkin's own collector sampler agrees on every id. */
class CollectorAgreementTest {
  private static final FixedFacts FACTS = new FixedFacts("votes");
  private static final RuleMatch VOTES = new RuleMatch(List.of(new Condition.OfRoute("votes")));

  private static boolean collectorKeeps(double rate, long id) {
    return CollectorSampler.create((float) rate).isSampled(String.format("%016x", id), false);
  }

  /** Around the boundary of a rate on both sides of zero, and anywhere. */
  private static List<Long> ids(double rate) {
    List<Long> ids = new ArrayList<>();
    long boundary = (long) (Long.MAX_VALUE * (float) rate);
    for (long id : new long[] {boundary - 1, boundary, boundary + 1}) {
      ids.add(id);
      ids.add(-id);
    }
    SplittableRandom random = new SplittableRandom(21);
    for (int i = 0; i < 2_000; i++) {
      ids.add(random.nextLong());
    }
    return ids;
  }

  private static SamplingPolicy rulesOf(double rate) {
    SamplingRule rule =
        new SamplingRule("votes", VOTES, new Verdict.Share(ProbabilisticRate.of(rate)));
    return new SamplingPolicy(ProbabilisticRate.NEVER, List.of(rule));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.0001, 0.001, 0.1, 0.29, 0.5, 0.9999, 1})
  void ratesOfTheDefault_aRuleAndARoute_areTheCollectors(double rate) {
    SamplingRule own = SamplingRule.ofRoute("votes", new Verdict.Share(ProbabilisticRate.of(rate)));
    Sampler byDefault =
        Sampler.of(SamplingPolicy.of(ProbabilisticRate.of(rate)), List.of(), () -> 0);
    Sampler byRule = Sampler.of(rulesOf(rate), List.of(), () -> 0);
    Sampler byRoute = Sampler.of(SamplingPolicy.of(ProbabilisticRate.NEVER), List.of(own), () -> 0);
    for (long id : ids(rate)) {
      boolean expected = collectorKeeps(rate, id);
      assertThat(byDefault.decide(FACTS, null, id).sampled()).isEqualTo(expected);
      assertThat(byRule.decide(FACTS, null, id).sampled()).isEqualTo(expected);
      assertThat(byRoute.decide(FACTS, own, id).sampled()).isEqualTo(expected);
    }
  }

  @Test
  void rateInForceUnderACap_isTheCollectorsAtThatRate() {
    Traffic traffic = new Traffic(22);
    Sampler sampler =
        traffic.sampler(
            new SamplingPolicy(
                new Verdict.Share(ProbabilisticRate.of(0.5), CapPolicy.of(10_000)),
                List.of(),
                new LimitPolicy(null, null, 0.0),
                null,
                false));
    traffic.run(sampler, 10, s -> 50_000);
    double rate = sampler.view().rules().get(0).rateInForce();
    assertThat(rate).isBetween(0.1, 0.3);
    // Asked at one moment: the rate stands still. The bucket holds more than is taken.
    for (long id : ids(rate)) {
      Decision decision = sampler.decide(FACTS, null, id);
      assertThat(decision.rate()).isEqualTo(rate);
      assertThat(decision.sampled()).isEqualTo(collectorKeeps(rate, id));
      boolean isBetween = !decision.sampled() && collectorKeeps(0.5, id);
      assertThat(decision.reason()).isEqualTo(isBetween ? Reason.CAPPED : Reason.DEFAULT);
    }
  }

  @Test
  void twoSamplers_agreeOnEveryId() {
    Sampler one = Sampler.of(rulesOf(0.29), List.of(), () -> 0);
    Sampler other = Sampler.of(rulesOf(0.29), List.of(), () -> 1_000_000_000_000L);
    for (long id : ids(0.29)) {
      assertThat(one.decide(FACTS, null, id)).isEqualTo(other.decide(FACTS, null, id));
    }
  }

  @Test
  void smallerRates_keepASubset_alsoInsideRules() {
    Sampler tenth = Sampler.of(rulesOf(0.1), List.of(), () -> 0);
    Sampler half = Sampler.of(rulesOf(0.5), List.of(), () -> 0);
    assertThat(ids(0.1).stream().filter(id -> tenth.decide(FACTS, null, id).sampled()))
        .isNotEmpty()
        .allMatch(id -> half.decide(FACTS, null, id).sampled());
  }
}
