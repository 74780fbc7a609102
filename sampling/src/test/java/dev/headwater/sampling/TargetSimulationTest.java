package dev.headwater.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.sampling.rate.LimitPolicy;
import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rate.TargetPolicy;
import dev.headwater.sampling.rule.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On a simulated clock, with fixed seeds: +-20 % over any 60 s, 10 s after each step. */
class TargetSimulationTest {
  private static final int WINDOW = 60;
  private static final int SETTLED = 10;
  private static final int PHASE = 100;
  private static final double SLACK = 0.2;

  private static SamplingPolicy policy(double target, double minRate, double maxRate) {
    TargetPolicy policy =
        new TargetPolicy(target, ProbabilisticRate.of(minRate), ProbabilisticRate.of(maxRate));
    LimitPolicy noFloor = new LimitPolicy(null, null, 0.0);
    return new SamplingPolicy(new Verdict.Adaptive(policy), List.of(), noFloor, null, false);
  }

  @ParameterizedTest
  @CsvSource({
    "1, '1'",
    "1, '2'",
    "1, '10'",
    "1, '1000'",
    "1, '100000'",
    "10, '1'",
    "10, '10'",
    "10, '12'",
    "10, '100'",
    "10, '100000'",
    "100, '10'",
    "100, '1000'",
    "100, '100000'",
    "1000, '100000'",
    "10, '1 100000 1'",
    "10, '10 100000 10'",
    "10, '100000 100 100000'",
    "10, '5 200 5'",
    "1, '1 1000 1'",
    "100, '100 100000 100'",
    "100, '20 40 2000 20'",
    "1000, '500 5000 500'",
  })
  void target_isReachedOverAnySixtySeconds(double target, String loads) {
    double[] phases =
        java.util.Arrays.stream(loads.split(" ")).mapToDouble(Double::parseDouble).toArray();
    int duration = PHASE * phases.length;
    Traffic traffic = new Traffic(7);
    traffic.run(traffic.sampler(policy(target, 0, 1)), duration, s -> phases[s / PHASE]);
    for (int from = 0; from + WINDOW <= duration; from++) {
      long kept = traffic.kept(from, from + WINDOW);
      // Never too many, steps included.
      assertThat((double) kept).isLessThanOrEqualTo((1 + SLACK) * target * WINDOW);
      boolean isSettled = from % PHASE >= SETTLED && from % PHASE + WINDOW <= PHASE;
      if (isSettled) {
        double reachable = Math.min(target * WINDOW, traffic.offered(from, from + WINDOW));
        assertThat((double) kept)
            .as("seconds %d to %d", from, from + WINDOW)
            .isGreaterThanOrEqualTo((1 - SLACK) * reachable);
      }
    }
  }

  @Test
  void afterAStep_tenSecondsAreEnough() {
    Traffic traffic = new Traffic(8);
    Sampler sampler = traffic.sampler(policy(100, 0, 1));
    traffic.run(sampler, 60, s -> s < 30 ? 200 : 20_000);
    assertThat(traffic.kept(40, 50)).isBetween(800L, 1200L);
    traffic.run(sampler, 60, s -> s < 30 ? 20_000 : 200);
    assertThat(traffic.kept(40, 50)).isBetween(800L, 1200L);
  }

  @Test
  void rate_staysWithinItsBounds() {
    Traffic traffic = new Traffic(9);
    Sampler atLeast = traffic.sampler(policy(10, 0.01, 1));
    traffic.run(atLeast, 60, s -> 10_000);
    // 1 % of 600,000: more than the target, because the rate may not fall further.
    assertThat(traffic.kept(0, 60)).isBetween(5_700L, 6_500L);
    assertThat(rateInForce(atLeast)).isEqualTo(0.01);
    Sampler atMost = traffic.sampler(policy(1000, 0, 0.25));
    traffic.run(atMost, 60, s -> 100);
    assertThat(traffic.kept(0, 60)).isBetween(1_350L, 1_650L);
    assertThat(rateInForce(atMost)).isEqualTo(0.25);
  }

  @Test
  void whatTheMovedRateDrops_isTheDefaultsDecisionAndNotCapped() {
    Traffic traffic = new Traffic(10);
    Sampler sampler = traffic.sampler(policy(10, 0, 1));
    traffic.run(sampler, 10, s -> 1000);
    Decision dropped = sampler.decide(new FixedFacts("votes"), null, Long.MAX_VALUE);
    assertThat(dropped.reason()).isEqualTo(Reason.DEFAULT);
    assertThat(dropped.rate()).isBetween(0.005, 0.02);
  }

  private static double rateInForce(Sampler sampler) {
    return sampler.view().rules().get(0).rateInForce();
  }
}
