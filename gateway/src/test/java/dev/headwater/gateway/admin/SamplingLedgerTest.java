package dev.headwater.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.sampling.SamplerView;
import dev.headwater.sampling.SamplerView.RuleView;
import java.util.List;
import org.junit.jupiter.api.Test;

class SamplingLedgerTest {
  private final SamplingLedger ledger = new SamplingLedger(2);

  private static RuleView rule(String text, double rate, long asked, long kept) {
    return rule(text, rate, asked, kept, 0, 0);
  }

  private static RuleView rule(
      String text, double rate, long asked, long kept, long capped, long floor) {
    return new RuleView(
        "votes", text, false, rate, rate, Double.NaN, asked, kept, capped, floor, 0);
  }

  private boolean rolled(RuleView rule) {
    ledger.roll(new SamplerView(List.of(rule), null, null, null));
    return ledger.judgement(rule).isMarked();
  }

  @Test
  void oneWindowOutside_isChance_twoRunningAreMarked() {
    assertThat(rolled(rule("a", 0.5, 1_000, 500))).isFalse();
    assertThat(rolled(rule("a", 0.5, 2_000, 1_300))).isFalse();
    assertThat(rolled(rule("a", 0.5, 3_000, 2_100))).isTrue();
    assertThat(rolled(rule("a", 0.5, 4_000, 2_600))).isFalse();
    assertThat(rolled(rule("a", 0.5, 5_000, 3_400))).isFalse();
  }

  @Test
  void windowWithoutDecisions_saysNothing() {
    rolled(rule("a", 0.5, 1_000, 900));
    assertThat(rolled(rule("a", 0.5, 1_000, 900))).isFalse();
    assertThat(rolled(rule("a", 0.5, 2_000, 1_800))).isTrue();
    assertThat(rolled(rule("a", 0.5, 2_000, 1_800))).isTrue();
  }

  @Test
  void changedRule_beginsAnew() {
    rolled(rule("a", 0.5, 1_000, 900));
    assertThat(rolled(rule("a", 0.5, 2_000, 1_800))).isTrue();
    RuleView changed = rule("b", 0.9, 1_000, 900);
    assertThat(ledger.judgement(changed)).isEqualTo(SamplingLedger.Judgement.NONE);
    assertThat(rolled(changed)).isFalse();
    assertThat(ledger.judgement(changed).last().total()).isEqualTo(1_000);
  }

  @Test
  void sameRuleCountedAnew_beginsAnew() {
    rolled(rule("a", 0.5, 1_000, 900));
    assertThat(rolled(rule("a", 0.5, 100, 50))).isFalse();
    assertThat(ledger.judgement(rule("a", 0.5, 100, 50)).last().total()).isEqualTo(100);
  }

  @Test
  void whatACapTook_theRateHadSelected() {
    assertThat(rolled(rule("a", 0.5, 10_000, 100, 4_900, 0))).isFalse();
    assertThat(rolled(rule("a", 0.5, 20_000, 200, 9_800, 0))).isFalse();
    assertThat(ledger.judgement(rule("a", 0.5, 20_000, 200, 9_800, 0)).outside()).isZero();
  }

  @Test
  void whatAFloorKept_isHeldAgainstNoRate() {
    for (int window = 1; window <= 3; window++) {
      assertThat(rolled(rule("a", 0.0001, window * 100, window * 20, 0, window * 20))).isFalse();
    }
    assertThat(rolled(rule("b", 1, 1_000, 1_000, 0, 100))).isFalse();
    assertThat(rolled(rule("b", 1, 2_000, 2_000, 0, 200))).isFalse();
  }

  @Test
  void decisionCountedByHalf_atTheEndOfAWindow_isNoDefect() {
    for (int window = 1; window <= 4; window++) {
      assertThat(rolled(rule("a", 1, window * 1_000, window * 1_000 - 2))).isFalse();
    }
    rolled(rule("b", 1, 1_000, 900));
    assertThat(rolled(rule("b", 1, 2_000, 1_800))).isTrue();
  }

  @Test
  void ruleThatExcludes_isNotJudged() {
    for (int window = 1; window <= 3; window++) {
      RuleView never =
          new RuleView("votes", "a", true, 0, 0, Double.NaN, window * 100, window, 0, 0, 0);
      assertThat(rolled(never)).isFalse();
    }
  }
}
