package dev.headwater.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rule.Condition;
import dev.headwater.sampling.rule.RuleMatch;
import dev.headwater.sampling.rule.SamplingRule;
import dev.headwater.sampling.rule.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class SamplerTest {
  private static final SamplingRule OWN =
      SamplingRule.ofRoute("votes", new Verdict.Share(ProbabilisticRate.of(0.25)));
  private static final RuleMatch VOTES = new RuleMatch(List.of(new Condition.OfRoute("votes")));

  @Test
  void defaultRate_decidesWithoutARuleOfTheRoute() {
    Sampler sampler = sampler(List.of());
    assertThat(sampler.decide(new FixedFacts("votes"), null, 1))
        .isEqualTo(new Decision(true, false, Reason.DEFAULT, "default", 0.5));
    assertThat(sampler.decide(new FixedFacts(null), null, Long.MAX_VALUE))
        .isEqualTo(new Decision(false, false, Reason.DEFAULT, "default", 0.5));
  }

  @Test
  void routesOwnRule_winsOverTheDefaultAndIsNamed() {
    assertThat(sampler(List.of()).decide(new FixedFacts("votes"), OWN, 1))
        .isEqualTo(new Decision(true, false, Reason.RULE, "route:votes", 0.25));
  }

  @Test
  void firstMatchingRule_winsOverTheRoutesOwn() {
    Sampler sampler =
        sampler(
            List.of(
                new SamplingRule("all", VOTES, new Verdict.Always()),
                new SamplingRule("half", VOTES, new Verdict.Share(ProbabilisticRate.of(0.5)))));
    assertThat(sampler.decide(new FixedFacts("votes"), OWN, Long.MAX_VALUE))
        .isEqualTo(new Decision(true, false, Reason.RULE, "all", 1.0));
    assertThat(sampler.decide(new FixedFacts("other"), null, 1).rule()).isEqualTo("default");
  }

  @Test
  void neverRule_winsWhereverItStands() {
    Sampler sampler =
        sampler(
            List.of(
                new SamplingRule("all", VOTES, new Verdict.Always()),
                new SamplingRule("none", VOTES, new Verdict.Never())));
    assertThat(sampler.decide(new FixedFacts("votes"), OWN, 1))
        .isEqualTo(new Decision(false, false, Reason.NEVER, "none", 0.0));
  }

  @Test
  void reasonsAreLowerCaseOnEverySurface() {
    assertThat(Reason.values()).allMatch(reason -> reason.label().matches("[a-z]+"));
  }

  private static Sampler sampler(List<SamplingRule> rules) {
    return Sampler.of(new SamplingPolicy(ProbabilisticRate.of(0.5), rules), List.of(OWN), () -> 0);
  }
}
