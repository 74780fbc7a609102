package dev.headwater.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObservedRateTest {
  private static final double TAIL = 0.5e-4;

  @Test
  void interval_narrowsWithMoreDecisions() {
    ObservedRate few = new ObservedRate(5, 10);
    ObservedRate many = new ObservedRate(5_000, 10_000);
    assertThat(few.high() - few.low()).isGreaterThan(0.5);
    assertThat(many.low()).isEqualTo(0.4806, within(0.001));
    assertThat(many.high()).isEqualTo(0.5194, within(0.001));
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "1, 1000", "3, 10", "9, 10", "500, 1000", "1, 100000", "40, 5000"})
  void ends_leaveHalfOfTheRestOnEitherSide(int selected, int total) {
    ObservedRate observed = new ObservedRate(selected, total);
    assertThat(1 - below(selected, total, observed.low())).isEqualTo(TAIL, within(1e-8));
    assertThat(below(selected + 1, total, observed.high())).isEqualTo(TAIL, within(1e-8));
  }

  @Test
  void ends_areClosed_whereNoneOrAllWereSelected() {
    ObservedRate none = new ObservedRate(0, 10);
    assertThat(none.low()).isZero();
    assertThat(none.high()).isEqualTo(1 - Math.pow(TAIL, 0.1), within(1e-9));
    ObservedRate all = new ObservedRate(10, 10);
    assertThat(all.low()).isEqualTo(Math.pow(TAIL, 0.1), within(1e-9));
    assertThat(all.high()).isEqualTo(1);
  }

  @Test
  void bothWaysOfReckoning_agree_whereTheyMeet() {
    ObservedRate exact = new ObservedRate(1_999, 4_000_000);
    ObservedRate approximate = new ObservedRate(2_000, 4_000_000);
    assertThat(exact.low()).isEqualTo(approximate.low(), within(1e-5));
    assertThat(exact.high()).isEqualTo(approximate.high(), within(1e-5));
  }

  @Test
  void configuredRate_agrees_whileItIsInside() {
    assertThat(new ObservedRate(5_100, 10_000).agreesWith(0.5)).isTrue();
    assertThat(new ObservedRate(5_600, 10_000).agreesWith(0.5)).isFalse();
    assertThat(new ObservedRate(0, 10_000).agreesWith(0)).isTrue();
    assertThat(new ObservedRate(10_000, 10_000).agreesWith(1)).isTrue();
    assertThat(new ObservedRate(1, 10_000).agreesWith(1)).isFalse();
  }

  @Test
  void unclearOnes_agreeEitherWay() {
    assertThat(new ObservedRate(9_990, 10, 10_000).agreesWith(1)).isTrue();
    assertThat(new ObservedRate(0, 10, 10_000).agreesWith(0)).isTrue();
    assertThat(new ObservedRate(9_000, 10, 10_000).agreesWith(1)).isFalse();
  }

  @Test
  void healthyRates_areAlmostNeverOutside_evenTinyOnes() {
    SplittableRandom random = new SplittableRandom(7);
    for (double rate : new double[] {0.0001, 0.001, 0.01, 0.5, 0.999}) {
      int outside = 0;
      for (int window = 0; window < 20_000; window++) {
        int total = 1 + random.nextInt(40);
        int selected = 0;
        for (int i = 0; i < total; i++) {
          selected += random.nextDouble() < rate ? 1 : 0;
        }
        outside += new ObservedRate(selected, total).agreesWith(rate) ? 0 : 1;
      }
      assertThat(outside).as("rate %s", rate).isLessThanOrEqualTo(8);
    }
  }

  @Test
  void withoutDecisions_nothingIsClaimed() {
    assertThat(ObservedRate.NONE.rate()).isNaN();
    assertThat(ObservedRate.NONE.agreesWith(0.3)).isTrue();
    assertThat(ObservedRate.NONE.low()).isZero();
    assertThat(ObservedRate.NONE.high()).isEqualTo(1);
  }

  /** Probability of fewer than {@code count} of {@code total}, summed term by term. */
  private static double below(int count, int total, double rate) {
    double sum = 0;
    double term = total * Math.log1p(-rate);
    for (int i = 0; i < count; i++) {
      sum += Math.exp(term);
      term += Math.log((double) (total - i) / (i + 1)) + Math.log(rate) - Math.log1p(-rate);
    }
    return sum;
  }
}
