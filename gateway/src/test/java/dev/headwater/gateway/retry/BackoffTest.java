package dev.headwater.gateway.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
  @ParameterizedTest
  @CsvSource({"1, 25", "2, 50", "3, 100", "4, 200", "5, 250", "6, 250", "100, 250"})
  void pause_drawnFromZeroUpToADoublingBound(int retry, long bound) {
    RandomGenerator random = new SplittableRandom(1);
    long least = Long.MAX_VALUE;
    long most = 0;
    for (int i = 0; i < 20_000; i++) {
      long millis = Backoff.millis(retry, random);
      least = Math.min(least, millis);
      most = Math.max(most, millis);
    }
    assertThat(least).isZero();
    assertThat(most).isEqualTo(bound);
  }
}
