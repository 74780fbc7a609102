package dev.headwater.gateway.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SpanRateLimitTest {
  private static final int SPANS_OF_A_TRACE = 3;

  private final SplittableRandom random = new SplittableRandom(42);

  @Test
  void belowTheLimit_everySpanPasses() {
    SpanRateLimit limit = new SpanRateLimit(1_000);
    for (int second = 0; second < 5; second++) {
      assertThat(passed(limit, second, 300).values().stream().mapToInt(Integer::intValue).sum())
          .isEqualTo(300 * SPANS_OF_A_TRACE);
    }
  }

  @Test
  void aboveTheLimit_itHolds_andTracesPassWhole() {
    SpanRateLimit limit = new SpanRateLimit(1_000);
    passed(limit, 0, 3_000);
    for (int second = 1; second < 6; second++) {
      Map<String, Integer> traces = passed(limit, second, 3_000);
      int spans = traces.values().stream().mapToInt(Integer::intValue).sum();
      assertThat(spans).isBetween(800, 1_000);
      assertThat(traces.values()).containsOnly(SPANS_OF_A_TRACE);
    }
  }

  @Test
  void suddenLoad_isCutAtTheLimit_beforeTheShareIsKnown() {
    SpanRateLimit limit = new SpanRateLimit(500);
    passed(limit, 0, 10);
    Map<String, Integer> traces = passed(limit, 1, 10_000);
    assertThat(traces.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(500);
  }

  @Test
  void lessLoad_isTakenWholeAgain_withinASecond() {
    SpanRateLimit limit = new SpanRateLimit(1_000);
    passed(limit, 0, 5_000);
    passed(limit, 1, 100);
    assertThat(passed(limit, 2, 100)).hasSize(100);
  }

  @Test
  void tighterLimit_takesASubset() {
    SpanRateLimit wide = new SpanRateLimit(900);
    SpanRateLimit tight = new SpanRateLimit(300);
    for (int second = 0; second < 2; second++) {
      Set<String> both = new HashSet<>();
      Set<String> tightAlone = new HashSet<>();
      for (int i = 0; i < 3_000; i++) {
        String id = id();
        boolean inWide = wide.admits(id, nanos(second));
        if (tight.admits(id, nanos(second))) {
          (inWide ? both : tightAlone).add(id);
        }
      }
      if (second == 1) {
        assertThat(tightAlone).isEmpty();
        assertThat(both).hasSizeGreaterThan(200);
      }
    }
  }

  @Test
  void idsOf64Bits_andTheSmallestOne_areUnderstood() {
    SpanRateLimit limit = new SpanRateLimit(10);
    assertThat(limit.admits("8000000000000000", 0)).isTrue();
    assertThat(limit.admits("0000000000000001", 0)).isTrue();
    assertThat(limit.admits("ffffffffffffffff", -1)).isTrue();
  }

  /** Spans that pass in a second, by trace. */
  private Map<String, Integer> passed(SpanRateLimit limit, int second, int traces) {
    Map<String, Integer> passed = new HashMap<>();
    for (int i = 0; i < traces; i++) {
      String id = id();
      for (int span = 0; span < SPANS_OF_A_TRACE; span++) {
        if (limit.admits(id, nanos(second))) {
          passed.merge(id, 1, Integer::sum);
        }
      }
    }
    return passed;
  }

  private String id() {
    return String.format("463ac35c9f6413ad%016x", random.nextLong());
  }

  private static long nanos(int second) {
    return TimeUnit.SECONDS.toNanos(second);
  }
}
