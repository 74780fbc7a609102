package dev.headwater.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BucketsTest {
  @Test
  void powerBuckets_holdValuesUpToTheirBound() {
    PowerBuckets buckets = new PowerBuckets(1, 3); // 4, 16, 64, more
    for (long value : new long[] {-5, 0, 1, 4, 5, 16, 17, 64, 65, Long.MAX_VALUE / 4}) {
      buckets.record(value);
    }
    assertThat(buckets.view(1).counts()).containsExactly(4, 2, 2, 2);
    assertThat(buckets.view(1).upperBounds()).containsExactly(4, 16, 64, Double.POSITIVE_INFINITY);
  }

  @Test
  void powerBuckets_agreeWithTheirBounds_forAnyValue() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 100_000; i++) {
      long value = random.nextLong() >>> random.nextInt(1, 64);
      PowerBuckets buckets = PowerBuckets.ofBytes();
      buckets.record(value);
      BucketView view = buckets.view(1);
      int expected = 0;
      while (value > view.upperBounds()[expected]) {
        expected++;
      }
      assertThat(view.counts()[expected]).as("value %d", value).isEqualTo(1);
    }
  }

  @Test
  void latencyTotals_placeDurationsInTheirBucket_andKeepTheExactSum() {
    LatencyInterval interval = new LatencyInterval();
    interval.record(400_000, null); // 0.4 ms
    interval.record(3_000_000, null);
    interval.record(3_000_000, "abc");
    interval.record(-1, null);
    interval.record(Long.MAX_VALUE / 8, null);
    LatencyTotals totals = new LatencyTotals();
    totals.add(interval, 42);
    LatencyView view = totals.view();
    assertThat(view.seconds().counts()[0]).isEqualTo(2);
    assertThat(view.seconds().counts()[3]).isEqualTo(2);
    assertThat(view.seconds().counts()[16]).isEqualTo(1);
    assertThat(view.exemplars()).containsExactly(new Exemplar("abc", 0.003, 42));
  }

  @Test
  void latencyInterval_isEmpty_whenCleared() {
    LatencyInterval interval = new LatencyInterval();
    interval.record(3_000_000, "abc");
    interval.clear();
    LatencyTotals totals = new LatencyTotals();
    totals.add(interval, 42);
    assertThat(totals.view().seconds().count()).isZero();
    assertThat(totals.view().exemplars()).isEmpty();
  }
}
