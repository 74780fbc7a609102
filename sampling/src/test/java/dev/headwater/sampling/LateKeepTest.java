package dev.headwater.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.sampling.rate.LimitPolicy;
import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rule.KeepPolicy;
import dev.headwater.sampling.rule.RuleMatch;
import dev.headwater.sampling.rule.SamplingRule;
import dev.headwater.sampling.rule.SlowLimit;
import dev.headwater.sampling.rule.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LateKeepTest {
  private static final long MILLI = 1_000_000;
  private static final KeepPolicy ALL =
      new KeepPolicy(true, new SlowLimit.Absolute(Duration.ofMillis(500)), true, 1000.0);
  private static final Verdict TENTH = new Verdict.Share(ProbabilisticRate.of(0.1));
  private static final FixedFacts FACTS = new FixedFacts("votes");

  private final AtomicLong now = new AtomicLong();

  private Sampler sampler(@Nullable KeepPolicy keep, SamplingRule... rules) {
    return Sampler.of(policy(keep, rules), List.of(), now::get);
  }

  private static SamplingPolicy policy(@Nullable KeepPolicy keep, SamplingRule... rules) {
    return new SamplingPolicy(TENTH, List.of(rules), LimitPolicy.NONE, keep, false);
  }

  private static SamplingRule rule(Verdict verdict, @Nullable KeepPolicy keep) {
    return new SamplingRule("r", RuleMatch.ALL, verdict, keep);
  }

  private static Decision unsampled(Sampler sampler) {
    Decision head = sampler.decide(FACTS, null, Long.MAX_VALUE);
    assertThat(head.sampled()).isFalse();
    return head;
  }

  private static @Nullable Decision failed(Sampler sampler) {
    return sampler.keepLate(unsampled(sampler), null, true, false, MILLI, 0);
  }

  @Test
  void failure_retryAndSlowness_areKeptWithTheRuleOfTheHead() {
    Sampler sampler = sampler(ALL);
    Decision head = unsampled(sampler);
    Decision late = new Decision(true, false, Reason.LATE, "default", 0.1);
    assertThat(sampler.keepLate(head, null, true, false, MILLI, 0)).isEqualTo(late);
    assertThat(sampler.keepLate(head, null, false, true, MILLI, 0)).isEqualTo(late);
    assertThat(sampler.keepLate(head, null, false, false, 501 * MILLI, 0)).isEqualTo(late);
    assertThat(sampler.keepLate(head, null, false, false, 500 * MILLI, 0)).isNull();
    assertThat(sampler.view().rules().get(0).late()).isEqualTo(3);
    assertThat(sampler.view().late().kept()).isEqualTo(3);
  }

  @Test
  void multipleOfThePercentile_countsOnceThatIsKnown() {
    Sampler sampler = sampler(new KeepPolicy(false, new SlowLimit.TimesP99(3), false, 1000.0));
    Decision head = unsampled(sampler);
    assertThat(sampler.keepLate(head, null, true, true, 10_000 * MILLI, 0)).isNull();
    assertThat(sampler.keepLate(head, null, false, false, 301 * MILLI, 100 * MILLI)).isNotNull();
    assertThat(sampler.keepLate(head, null, false, false, 299 * MILLI, 100 * MILLI)).isNull();
  }

  @Test
  void withoutKeep_nothingIs() {
    assertThat(failed(sampler(null))).isNull();
  }

  @Test
  void whatWasNotOursOrExcluded_isNeverKept() {
    assertThat(failed(sampler(ALL, rule(new Verdict.Never(), null)))).isNull();
    assertThat(failed(sampler(ALL, rule(new Verdict.Share(ProbabilisticRate.NEVER), ALL))))
        .isNull();
    Sampler sampler = sampler(ALL);
    for (Reason reason : new Reason[] {Reason.INHERITED, Reason.FORCED, Reason.DEBUG}) {
      for (String rule : new String[] {"default", "none", "l5d-sample"}) {
        Decision head = new Decision(false, false, reason, rule, 0.1);
        assertThat(sampler.keepLate(head, null, true, true, 10_000 * MILLI, MILLI)).isNull();
      }
    }
    Decision sampled = sampler.decide(FACTS, null, 1);
    assertThat(sampler.keepLate(sampled, null, true, true, 10_000 * MILLI, MILLI)).isNull();
  }

  @Test
  void budget_isPerSecondAndItsOwn() {
    Sampler sampler = sampler(new KeepPolicy(true, null, true, 10.0));
    int kept = 0;
    for (int i = 0; i < 1000; i++) {
      kept += failed(sampler) == null ? 0 : 1;
    }
    assertThat(kept).isEqualTo(20);
    now.addAndGet(1_000_000_000L);
    for (int i = 0; i < 1000; i++) {
      kept += failed(sampler) == null ? 0 : 1;
    }
    assertThat(kept).isEqualTo(30);
    assertThat(sampler.view().late().refused()).isEqualTo(1970);
  }

  @Test
  void ruleSaysWhatItSays_andThePolicyTheRest() {
    KeepPolicy ofRule = new KeepPolicy(false, null, null, null);
    Sampler sampler = sampler(ALL, rule(TENTH, ofRule));
    Decision head = unsampled(sampler);
    assertThat(sampler.keepLate(head, null, true, false, MILLI, 0)).isNull();
    assertThat(sampler.keepLate(head, null, true, true, MILLI, 0)).isNotNull();
    assertThat(sampler.keepLate(head, null, false, false, 501 * MILLI, 0)).isNotNull();
  }

  @Test
  void routesKeep_countsUnderARuleThatSaysNothing() {
    SlowLimit slow = new SlowLimit.Absolute(Duration.ofMillis(10));
    SamplingRule own = SamplingRule.ofRoute("votes", TENTH, new KeepPolicy(null, slow, null, null));
    Sampler sampler = Sampler.of(policy(ALL, rule(TENTH, null)), List.of(own), now::get);
    Decision head = sampler.decide(FACTS, own, Long.MAX_VALUE);
    assertThat(head.rule()).isEqualTo("r");
    assertThat(sampler.keepLate(head, own, false, false, 11 * MILLI, 0)).isNotNull();
    assertThat(sampler.keepLate(head, null, false, false, 11 * MILLI, 0)).isNull();
  }

  @Test
  void ruleWithABudget_leavesThePolicysAlone() {
    KeepPolicy two = new KeepPolicy(null, null, null, 1.0);
    Sampler sampler = sampler(ALL, rule(TENTH, two));
    for (int i = 0; i < 100; i++) {
      failed(sampler);
    }
    assertThat(sampler.view().late().kept()).isZero();
    assertThat(sampler.view().rules().get(0).late()).isEqualTo(4);
  }

  @Test
  void next_budgetOfAnUnchangedPolicyGoesOn() {
    KeepPolicy one = new KeepPolicy(true, null, true, 1.0);
    Sampler sampler = sampler(one);
    for (int i = 0; i < 100; i++) {
      failed(sampler);
    }
    assertThat(failed(sampler.next(policy(one), List.of()))).isNull();
    assertThat(failed(sampler.next(policy(ALL), List.of()))).isNotNull();
  }
}
