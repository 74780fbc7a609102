package dev.headwater.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.ClientLimits;
import dev.headwater.routes.ClientLimits.Rate;
import dev.headwater.sampling.network.NetworkSet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientUseTest {
  private static final byte[] ONE = {10, 0, 0, 1};
  private static final byte[] OTHER = {10, 0, 0, 2};
  private static final byte[] V6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 1};
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final ClientUse use = new ClientUse();

  private static ClientLimits limits(String key, int inFlight, Rate... rates) {
    return new ClientLimits(key, List.of(rates), inFlight, NetworkSet.NONE, 503, 503);
  }

  private int passed(ClientLimits limits, byte[] client, long now, int tries) {
    int passed = 0;
    for (int i = 0; i < tries; i++) {
      passed += use.passes(limits, client, now) ? 1 : 0;
    }
    return passed;
  }

  /** Also where the clock is about to wrap round. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1, -5, Long.MAX_VALUE - 3, Long.MIN_VALUE})
  void rate_letsOneAndItsBurstPass_thenWhatTimeBrings(long start) {
    ClientLimits limits = limits("a", 0, new Rate(SECOND / 2, 10));

    assertThat(passed(limits, ONE, start, 100)).isEqualTo(11);
    assertThat(passed(limits, ONE, start + SECOND / 2 - 1, 100)).isZero();
    assertThat(passed(limits, ONE, start + SECOND / 2, 100)).isEqualTo(1);
    assertThat(passed(limits, ONE, start + 3 * SECOND, 100)).isEqualTo(5);
    assertThat(passed(limits, ONE, start + 60 * SECOND, 100)).isEqualTo(11);
  }

  @Test
  void rates_haveToAgree_andARefusedRequestCountsForNone() {
    ClientLimits limits = limits("a", 0, new Rate(SECOND, 1), new Rate(60 * SECOND, 2));

    assertThat(passed(limits, ONE, 0, 9)).isEqualTo(2);
    assertThat(passed(limits, ONE, 10 * SECOND, 9)).isEqualTo(1);
    assertThat(passed(limits, ONE, 20 * SECOND, 9)).isZero();
    assertThat(passed(limits, ONE, 60 * SECOND, 9)).isEqualTo(1);
  }

  @Test
  void clientsAndLimits_areCountedApart() {
    ClientLimits limits = limits("a", 0, new Rate(SECOND, 0));

    assertThat(passed(limits, ONE, 0, 9)).isEqualTo(1);
    assertThat(passed(limits, OTHER, 0, 9)).isEqualTo(1);
    assertThat(passed(limits, V6, 0, 9)).isEqualTo(1);
    assertThat(passed(limits("b", 0, new Rate(SECOND, 0)), ONE, 0, 9)).isEqualTo(1);
    assertThat(passed(limits("a", 7, new Rate(SECOND, 0)), ONE, 0, 9)).isZero();
  }

  @Test
  void moreClientsThanAreKept_pushOutNobodyWhoComesOften() {
    ClientLimits limits = limits("a", 0, new Rate(3_600 * SECOND, 20));
    int passed = 0;
    for (int i = 0; i < 2 * ClientUse.MOST_CLIENTS; i++) {
      byte[] client = {11, (byte) (i >> 16), (byte) (i >> 8), (byte) i};
      assertThat(use.passes(limits, client, 0)).isTrue();
      passed += i % 1_000 == 0 && use.passes(limits, ONE, 0) ? 1 : 0;
    }
    assertThat(passed).isEqualTo(21);
  }

  @Test
  void places_areGivenAndTakenBack() {
    ClientLimits limits = limits("a", 2);

    assertThat(use.enter(limits, ONE)).isTrue();
    assertThat(use.enter(limits, ONE)).isTrue();
    assertThat(use.enter(limits, ONE)).isFalse();
    assertThat(use.enter(limits, OTHER)).isTrue();
    use.leave(limits, ONE);
    assertThat(use.enter(limits, ONE)).isTrue();
    assertThat(use.enter(limits, ONE)).isFalse();
  }

  @Test
  void places_ofManyLoops_areNeverMoreThanTheLimit() throws Exception {
    ClientLimits limits = limits("a", 3);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ExecutorService loops = Executors.newFixedThreadPool(4);
    List<Future<?>> all = new ArrayList<>();
    for (int loop = 0; loop < 4; loop++) {
      all.add(
          loops.submit(
              () -> {
                for (int i = 0; i < 50_000; i++) {
                  if (use.enter(limits, ONE)) {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    inside.decrementAndGet();
                    use.leave(limits, ONE);
                  }
                }
              }));
    }
    for (Future<?> each : all) {
      each.get(30, TimeUnit.SECONDS);
    }
    loops.shutdown();

    assertThat(most.get()).isBetween(1, 3);
    assertThat(use.enter(limits, ONE) && use.enter(limits, ONE) && use.enter(limits, ONE)).isTrue();
    assertThat(use.enter(limits, ONE)).isFalse();
  }
}
