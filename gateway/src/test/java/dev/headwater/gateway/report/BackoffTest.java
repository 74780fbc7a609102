package dev.headwater.gateway.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofMillis(1_500);

  @Test
  void wait_doublesUpToTheLongest() {
    Backoff backoff = new Backoff(FIRST, LONGEST, drawing(1 - 1e-12));
    assertThat(millis(backoff, 1)).isEqualTo(99);
    assertThat(millis(backoff, 2)).isEqualTo(199);
    assertThat(millis(backoff, 4)).isEqualTo(799);
    assertThat(millis(backoff, 5)).isEqualTo(1_499);
    assertThat(millis(backoff, 1_000_000)).isEqualTo(1_499);
  }

  @Test
  void wait_isNeverBelowHalf() {
    assertThat(millis(new Backoff(FIRST, LONGEST, drawing(0)), 1)).isEqualTo(50);
    assertThat(millis(new Backoff(FIRST, LONGEST, drawing(0)), 60)).isEqualTo(750);
  }

  @Test
  void waits_differBetweenGateways() {
    Backoff one = new Backoff(FIRST, LONGEST, new SplittableRandom(1));
    Backoff other = new Backoff(FIRST, LONGEST, new SplittableRandom(2));
    assertThat(one.nanosAfter(3)).isNotEqualTo(other.nanosAfter(3));
  }

  private static long millis(Backoff backoff, int failures) {
    return TimeUnit.NANOSECONDS.toMillis(backoff.nanosAfter(failures));
  }

  private static RandomGenerator drawing(double value) {
    return new RandomGenerator() {
      @Override
      public long nextLong() {
        throw new UnsupportedOperationException();
      }

      @Override
      public double nextDouble() {
        return value;
      }
    };
  }
}
