package dev.headwater.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rule.RouteSampling;
import org.junit.jupiter.api.Test;

class SamplingPolicyTest {
  private final SamplingPolicy policy = SamplingPolicy.of(ProbabilisticRate.of(0.5));

  @Test
  void defaultRate_decidesWithoutARuleOfTheRoute() {
    assertThat(policy.decide(new FixedFacts("votes"), null, 1))
        .isEqualTo(new Decision(true, false, Reason.DEFAULT, "default", 0.5));
    assertThat(policy.decide(new FixedFacts(null), null, Long.MAX_VALUE))
        .isEqualTo(new Decision(false, false, Reason.DEFAULT, "default", 0.5));
  }

  @Test
  void routesOwnRule_winsAndIsNamed() {
    RouteSampling own = new RouteSampling(ProbabilisticRate.ALWAYS);
    assertThat(policy.decide(new FixedFacts("votes"), own, Long.MAX_VALUE))
        .isEqualTo(new Decision(true, false, Reason.RULE, "route:votes", 1.0));
    assertThat(policy.rateFor(own)).isEqualTo(ProbabilisticRate.ALWAYS);
    assertThat(policy.rateFor(null)).isEqualTo(policy.defaultRate());
  }

  @Test
  void reasonsAreLowerCaseOnEverySurface() {
    assertThat(Reason.values()).allMatch(reason -> reason.label().matches("[a-z]+"));
  }
}
