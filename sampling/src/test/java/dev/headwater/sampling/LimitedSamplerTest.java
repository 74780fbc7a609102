package dev.headwater.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.sampling.SamplerView.RuleView;
import dev.headwater.sampling.rate.BudgetPolicy;
import dev.headwater.sampling.rate.CapPolicy;
import dev.headwater.sampling.rate.LimitPolicy;
import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rule.Condition;
import dev.headwater.sampling.rule.RuleMatch;
import dev.headwater.sampling.rule.SamplingFacts;
import dev.headwater.sampling.rule.SamplingRule;
import dev.headwater.sampling.rule.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Caps, floor, and what goes on over a change. */
class LimitedSamplerTest {
  private static final LimitPolicy NO_FLOOR = new LimitPolicy(null, null, 0.0);
  private static final FixedFacts VOTES = new FixedFacts("votes");
  private static final FixedFacts QUIET = new FixedFacts("quiet");
  private static final long SECOND = 1_000_000_000L;

  private static SamplingPolicy policy(LimitPolicy limit, Verdict verdict, SamplingRule... rules) {
    return new SamplingPolicy(verdict, List.of(rules), limit, null, false);
  }

  private static Verdict share(double rate, @Nullable CapPolicy cap) {
    return new Verdict.Share(ProbabilisticRate.of(rate), cap);
  }

  private static SamplingRule rule(String name, Verdict verdict) {
    return new SamplingRule(name, new RuleMatch(List.of(new Condition.OfRoute("votes"))), verdict);
  }

  private static RuleView view(Sampler sampler, String name) {
    return sampler.view().rules().stream()
        .filter(r -> r.name().equals(name))
        .findAny()
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"1, 200", "0.5, 1000", "0.01, 100000", "1, 100000", "1, 21"})
  void cap_isKeptByTheThresholdAndRarelyByTheGuard(double rate, double load) {
    Traffic traffic = new Traffic(31);
    Sampler sampler = traffic.sampler(policy(NO_FLOOR, share(rate, CapPolicy.of(20))));
    traffic.run(sampler, 130, s -> load);
    for (int from = 10; from + 60 <= 130; from++) {
      assertThat(traffic.kept(from, from + 60))
          .isBetween(Math.round(0.9 * 60 * Math.min(20, load * rate)), 60 * 20L + 40);
    }
    RuleView view = view(sampler, "default");
    assertThat(view.asked()).isEqualTo(traffic.offered(0, 130));
    assertThat(view.kept()).isEqualTo(traffic.kept(0, 130));
    assertThat(view.perSecond()).isEqualTo(20);
    assertThat(view.rateInForce()).isBetween(0.3 * 20 / load, Math.min(rate, 3 * 20 / load));
  }

  @Test
  void loadBelowTheCap_isNotTouched() {
    Traffic traffic = new Traffic(32);
    Sampler sampler = traffic.sampler(policy(NO_FLOOR, share(1, CapPolicy.of(20))));
    traffic.run(sampler, 100, s -> 10);
    assertThat(traffic.kept(0, 100)).isEqualTo(traffic.offered(0, 100));
    assertThat(view(sampler, "default").capped()).isZero();
  }

  @Test
  void burst_comesAtOnceAfterALull() {
    AtomicLong now = new AtomicLong();
    Sampler sampler =
        Sampler.of(policy(NO_FLOOR, share(1, new CapPolicy(10, 50))), List.of(), now::get);
    now.addAndGet(60 * SECOND);
    sampler.decide(VOTES, null, 1);
    int kept = 1;
    for (int i = 0; i < 1000; i++) {
      kept += sampler.decide(VOTES, null, 1).sampled() ? 1 : 0;
    }
    assertThat(kept).isEqualTo(50);
    assertThat(sampler.decide(VOTES, null, 1).reason()).isEqualTo(Reason.CAPPED);
  }

  @Test
  void overallCap_holdsForAllRulesTogether() {
    Traffic traffic = new Traffic(33);
    LimitPolicy overall = new LimitPolicy(CapPolicy.of(50), null, 0.0);
    Sampler sampler = traffic.sampler(policy(overall, share(1, null), rule("v", share(0.5, null))));
    SplittableRandom random = new SplittableRandom(1);
    traffic.run(sampler, 30, s -> 1000);
    int others = 0;
    assertThat(traffic.kept(10, 30)).isBetween(950L, 1050L);
    double before = view(sampler, "v").rateInForce();
    for (int i = 0; i < 20; i++) {
      others += sampler.decide(QUIET, null, random.nextLong()).sampled() ? 1 : 0;
    }
    // The factor is the same for both rules: 0.5 and 1 by it.
    assertThat(view(sampler, "default").rateInForce()).isCloseTo(2 * before, offset(before));
    assertThat(others).isLessThan(20);
    assertThat(sampler.view().cap().factor()).isBetween(0.05, 0.2);
  }

  private static org.assertj.core.data.Offset<Double> offset(double value) {
    return org.assertj.core.data.Offset.offset(value / 10);
  }

  @Test
  void always_isTouchedByNoCapButUsesItUp() {
    Traffic traffic = new Traffic(34);
    LimitPolicy overall = new LimitPolicy(CapPolicy.of(10), null, 0.0);
    Sampler sampler =
        traffic.sampler(policy(overall, share(1, null), rule("v", new Verdict.Always())));
    traffic.run(sampler, 20, s -> 100);
    assertThat(traffic.kept(0, 20)).isEqualTo(traffic.offered(0, 20));
    assertThat(sampler.decide(QUIET, null, 1).reason()).isEqualTo(Reason.CAPPED);
    assertThat(sampler.decide(VOTES, null, Long.MAX_VALUE).reason()).isEqualTo(Reason.RULE);
  }

  @Test
  void floor_givesAQuietRouteItsFirstTraceOfAMinute() {
    Traffic traffic = new Traffic(35);
    Sampler sampler = traffic.sampler(policy(LimitPolicy.NONE, share(1, CapPolicy.of(5))));
    traffic.run(sampler, 30, s -> 10_000);
    Decision first = sampler.decide(QUIET, null, Long.MAX_VALUE);
    assertThat(first.sampled()).isTrue();
    assertThat(first.reason()).isEqualTo(Reason.FLOOR);
    assertThat(first.rate()).isLessThan(0.01);
    assertThat(sampler.decide(QUIET, null, Long.MAX_VALUE).sampled()).isFalse();
    traffic.run(sampler, 61, s -> 10_000);
    assertThat(sampler.decide(QUIET, null, Long.MAX_VALUE).reason()).isEqualTo(Reason.FLOOR);
    assertThat(view(sampler, "default").floor()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void floor_ofSeveralAMinute_isSpreadOverIt() {
    AtomicLong now = new AtomicLong();
    LimitPolicy six = new LimitPolicy(null, null, 6.0);
    Sampler sampler = Sampler.of(policy(six, share(0.0001, null)), List.of(), now::get);
    int kept = 0;
    for (int second = 0; second < 60; second++) {
      now.set(second * SECOND);
      kept += sampler.decide(QUIET, null, Long.MAX_VALUE).sampled() ? 1 : 0;
    }
    assertThat(kept).isEqualTo(6);
  }

  @Test
  void floor_standsAtZeroForRateZeroNeverAndWithoutLimits() {
    LimitPolicy six = new LimitPolicy(null, null, 6.0);
    Sampler zero = Sampler.of(policy(six, share(0, null)), List.of(), () -> 0);
    assertThat(zero.decide(QUIET, null, 1).sampled()).isFalse();
    Sampler plain = Sampler.of(policy(LimitPolicy.NONE, share(0.0001, null)), List.of(), () -> 0);
    assertThat(plain.decide(QUIET, null, Long.MAX_VALUE).sampled()).isFalse();
    Sampler never =
        Sampler.of(policy(six, share(1, null), rule("n", new Verdict.Never())), List.of(), () -> 0);
    assertThat(never.decide(VOTES, null, 1).sampled()).isFalse();
  }

  @Test
  void floorTraces_countAgainstTheCap() {
    Traffic traffic = new Traffic(36);
    Sampler sampler =
        traffic.sampler(policy(new LimitPolicy(null, null, 60.0), share(1, CapPolicy.of(2))));
    List<SamplingFacts> routes = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      routes.add(new FixedFacts("r" + i));
    }
    long kept = 0;
    SplittableRandom random = new SplittableRandom(4);
    for (int second = 0; second < 100; second++) {
      traffic.run(sampler, 1, s -> 100);
      kept += traffic.kept(0, 1);
      for (SamplingFacts route : routes) {
        kept += sampler.decide(route, null, random.nextLong()).sampled() ? 1 : 0;
      }
    }
    // 50 routes ask for one a second each; the cap lends no more than a burst.
    assertThat(kept).isLessThanOrEqualTo(2 * 100 + 2 * Math.round(CapPolicy.defaultBurst(2)));
  }

  @Test
  void preview_answersAlikeAndTakesNothing() {
    Traffic traffic = new Traffic(37);
    LimitPolicy limit = new LimitPolicy(CapPolicy.of(20), new BudgetPolicy(100, 2), null);
    Sampler sampler = traffic.sampler(policy(limit, share(1, CapPolicy.of(30))));
    traffic.run(sampler, 20, s -> 1000);
    SamplerView before = sampler.view();
    for (int i = 0; i < 10_000; i++) {
      assertThat(sampler.preview().decide(QUIET, null, Long.MAX_VALUE).reason())
          .isEqualTo(Reason.FLOOR);
    }
    assertThat(sampler.view()).isEqualTo(before);
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 1_000; i++) {
      long id = random.nextLong();
      Decision looked = sampler.preview().decide(VOTES, null, id);
      assertThat(sampler.decide(VOTES, null, id)).isEqualTo(looked);
    }
  }

  @Test
  void preview_afterALull_sawWhatTheNextRequestWillSee() {
    Traffic traffic = new Traffic(38);
    Sampler sampler = traffic.sampler(policy(NO_FLOOR, share(1, CapPolicy.of(10))));
    traffic.run(sampler, 20, s -> 10_000);
    traffic.run(sampler, 60, s -> 1e-9);
    Decision looked = sampler.preview().decide(VOTES, null, 1);
    assertThat(looked.rate()).isGreaterThan(0.05);
    assertThat(sampler.decide(VOTES, null, 1)).isEqualTo(looked);
  }

  @Test
  void next_unchangedRulesGoOnAndChangedOnesStartAnew() {
    Traffic traffic = new Traffic(39);
    SamplingRule capped = rule("v", share(1, CapPolicy.of(10)));
    Sampler sampler = traffic.sampler(policy(NO_FLOOR, share(0.5, null), capped));
    traffic.run(sampler, 20, s -> 1000);
    double inForce = view(sampler, "v").rateInForce();
    Sampler same = sampler.next(policy(NO_FLOOR, share(0.1, null), capped), List.of());
    assertThat(view(same, "v").rateInForce()).isEqualTo(inForce).isLessThan(0.1);
    assertThat(view(same, "v").asked()).isEqualTo(traffic.offered(0, 20));
    SamplingRule other = rule("v", share(1, CapPolicy.of(11)));
    Sampler changed = same.next(policy(NO_FLOOR, share(0.1, null), other), List.of());
    assertThat(view(changed, "v").rateInForce()).isEqualTo(1);
    assertThat(view(changed, "v").asked()).isZero();
  }

  @Test
  void override_letsNeverRulesAndCapsActOnInheritedTracesOnlyWhereAsked() {
    Decision inherited = new Decision(true, false, Reason.INHERITED, "none", Double.NaN);
    SamplingRule never = rule("n", new Verdict.Never());
    SamplingPolicy plain = policy(NO_FLOOR, share(1, new CapPolicy(1, 4)), never);
    Sampler keeps = Sampler.of(plain, List.of(), () -> 0);
    assertThat(keeps.override(inherited, VOTES, null, 1)).isSameAs(inherited);
    SamplingPolicy overriding =
        new SamplingPolicy(plain.verdict(), plain.rules(), plain.limit(), null, true);
    Sampler sampler = Sampler.of(overriding, List.of(), () -> 0);
    assertThat(sampler.override(inherited, VOTES, null, 1).reason()).isEqualTo(Reason.NEVER);
    assertThat(sampler.override(inherited, QUIET, null, 1)).isSameAs(inherited);
    assertThat(sampler.override(inherited, QUIET, null, 1)).isSameAs(inherited);
    Decision capped = sampler.override(inherited, QUIET, null, 1);
    assertThat(capped.reason()).isEqualTo(Reason.CAPPED);
    assertThat(capped.sampled()).isFalse();
    assertThat(sampler.keepLate(capped, null, true, true, 1, 0)).isNull();
  }
}
