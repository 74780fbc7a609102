package dev.headwater.sampling.rate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import zipkin2.collector.CollectorSampler;

/** Zipkin's own collector sampler is the oracle. */
class ProbabilisticRateTest {
  private static final double[] RATES = {0.0001, 0.001, 0.1, 0.29, 0.5, 0.9999, 1};

  private static boolean collectorKeeps(double rate, long traceIdLow) {
    return CollectorSampler.create((float) rate)
        .isSampled(String.format("%016x", traceIdLow), false);
  }

  private static void assertAgrees(double rate, long traceIdLow) {
    assertThat(ProbabilisticRate.of(rate).keeps(traceIdLow))
        .as("rate %s, id %016x", rate, traceIdLow)
        .isEqualTo(collectorKeeps(rate, traceIdLow));
  }

  @Test
  void agreesWithTheCollector_atTheBoundaryAndBesideIt() {
    for (double rate : RATES) {
      long boundary = (long) (Long.MAX_VALUE * (float) rate);
      for (long id : new long[] {boundary - 1, boundary, boundary + 1}) {
        assertAgrees(rate, id);
        assertAgrees(rate, -id);
      }
      assertThat(ProbabilisticRate.of(rate).keeps(boundary)).isTrue();
      assertThat(ProbabilisticRate.of(rate).keeps(boundary + 1)).isEqualTo(rate == 1);
    }
  }

  @Test
  void agreesWithTheCollector_onTheOddIds() {
    for (double rate : RATES) {
      for (long id : new long[] {1, -1, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 1}) {
        assertAgrees(rate, id);
      }
    }
    assertThat(ProbabilisticRate.ALWAYS.keeps(Long.MIN_VALUE)).isTrue();
    assertThat(ProbabilisticRate.of(0.9999).keeps(Long.MIN_VALUE)).isFalse();
  }

  @Test
  void agreesWithTheCollector_onRandomIds() {
    SplittableRandom random = new SplittableRandom(11);
    for (double rate : RATES) {
      CollectorSampler collector = CollectorSampler.create((float) rate);
      ProbabilisticRate ours = ProbabilisticRate.of(rate);
      for (int i = 0; i < 50_000; i++) {
        long id = random.nextLong();
        assertThat(ours.keeps(id)).isEqualTo(collector.isSampled(hex(id), false));
      }
    }
  }

  @Test
  void agreesWithTheCollector_onRandomRates() {
    SplittableRandom random = new SplittableRandom(12);
    for (int i = 0; i < 20_000; i++) {
      double rate = Math.max(0.0001, random.nextDouble());
      long boundary = (long) (Long.MAX_VALUE * (float) rate);
      assertAgrees(rate, boundary);
      assertAgrees(rate, boundary + 1);
      assertAgrees(rate, random.nextLong());
    }
  }

  private static String hex(long id) {
    String digits = Long.toHexString(id);
    return "0".repeat(16 - digits.length()) + digits;
  }

  @Test
  void never_keepsNothing() {
    for (long id : new long[] {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertThat(ProbabilisticRate.NEVER.keeps(id)).isFalse();
    }
  }

  @Test
  void always_keepsEverything() {
    for (long id : new long[] {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertThat(ProbabilisticRate.ALWAYS.keeps(id)).isTrue();
    }
  }

  @Test
  void oneInTenThousand_isExactOverAMillionIds() {
    // 99.9 % of Binomial(1,000,000; 0.0001): 100 +- 3.29 * 10.
    assertThat(kept(0.0001, 1_000_000)).isBetween(67, 133);
  }

  @Test
  void half_isExactOverAMillionIds() {
    // 99.9 % of Binomial(1,000,000; 0.5): 500,000 +- 3.29 * 500.
    assertThat(kept(0.5, 1_000_000)).isBetween(498_354, 501_646);
  }

  @Test
  void twentyNinePercent_isNotTwentyEight() {
    // 99.9 % of Binomial(1,000,000; 0.29): 290,000 +- 3.29 * 454.
    assertThat(kept(0.29, 1_000_000)).isBetween(288_507, 291_493);
  }

  private static int kept(double rate, int ids) {
    ProbabilisticRate sampler = ProbabilisticRate.of(rate);
    SplittableRandom random = new SplittableRandom(2026);
    int kept = 0;
    for (int i = 0; i < ids; i++) {
      kept += sampler.keeps(random.nextLong()) ? 1 : 0;
    }
    return kept;
  }

  @Test
  void smallerRate_keepsASubset() {
    ProbabilisticRate tenth = ProbabilisticRate.of(0.1);
    ProbabilisticRate half = ProbabilisticRate.of(0.5);
    SplittableRandom random = new SplittableRandom(13);
    int both = 0;
    for (int i = 0; i < 100_000; i++) {
      long id = random.nextLong();
      if (tenth.keeps(id)) {
        both++;
        assertThat(half.keeps(id)).isTrue();
      }
    }
    assertThat(both).isPositive();
  }

  @Test
  void tinyRates_stayAboveZeroAndBelowOneInAMillion() {
    ProbabilisticRate tiny = ProbabilisticRate.of(1e-9);
    assertThat(tiny.keeps(1)).isTrue();
    assertThat(tiny.keeps((long) (Long.MAX_VALUE * 1e-6))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.0001, 1.7, Double.NaN, Double.POSITIVE_INFINITY, -1e-12})
  void rateOutOfRange_isRefusedWithValueAndRange(double rate) {
    assertThatThrownBy(() -> ProbabilisticRate.of(rate))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rate: " + rate + " (expected 0.0 to 1.0)");
  }

  @Test
  void equalRates_areEqual() {
    assertThat(ProbabilisticRate.of(0.5)).isEqualTo(ProbabilisticRate.of(0.5));
    assertThat(ProbabilisticRate.of(0.5)).hasSameHashCodeAs(ProbabilisticRate.of(0.5));
    assertThat(ProbabilisticRate.of(0.5)).isNotEqualTo(ProbabilisticRate.of(0.4));
    assertThat(ProbabilisticRate.of(-0.0)).isSameAs(ProbabilisticRate.NEVER);
    assertThat(ProbabilisticRate.of(0.5)).hasToString("rate: 0.5");
  }
}
