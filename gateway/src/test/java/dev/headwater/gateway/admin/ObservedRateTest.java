package dev.headwater.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ObservedRateTest {
  @Test
  void interval_narrowsWithMoreDecisions() {
    ObservedRate few = new ObservedRate(5, 10);
    ObservedRate many = new ObservedRate(5_000, 10_000);
    assertThat(few.high() - few.low()).isGreaterThan(0.5);
    assertThat(many.low()).isEqualTo(0.4806, within(0.001));
    assertThat(many.high()).isEqualTo(0.5194, within(0.001));
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
  void withoutDecisions_nothingIsClaimed() {
    ObservedRate none = new ObservedRate(0, 0);
    assertThat(none.rate()).isNaN();
    assertThat(none.agreesWith(0.3)).isTrue();
    assertThat(none.low()).isZero();
    assertThat(none.high()).isEqualTo(1);
  }
}
