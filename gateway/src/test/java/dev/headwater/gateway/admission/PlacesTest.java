package dev.headwater.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacesTest {
  private static int fill(LoopPlaces loop, int limit) {
    int entered = 0;
    while (loop.enter(limit)) {
      entered++;
    }
    return entered;
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 8", "5, 2", "127, 8", "10000, 1", "20000, 8"})
  void oneLoopAlone_hasAllPlaces(int limit, int loops) {
    LoopPlaces loop = new LoopPlaces(new Places(), loops, null);
    assertThat(fill(loop, limit)).isEqualTo(limit);
    loop.leave();
    assertThat(loop.enter(limit)).isTrue();
    assertThat(loop.enter(limit)).isFalse();
  }

  /** What other loops keep ready is missing, an eighth of the limit at most. */
  @ParameterizedTest
  @CsvSource({"1, 8", "5, 2", "127, 8", "1000, 2", "1000, 8", "20000, 8"})
  void allLoops_neverMoreThanTheLimit_atLeastSevenEighthsOfIt(int limit, int loops) {
    Places places = new Places();
    List<LoopPlaces> all = new ArrayList<>();
    for (int i = 0; i < loops; i++) {
      all.add(new LoopPlaces(places, loops, null));
    }
    for (LoopPlaces loop : all) {
      int entered = fill(loop, limit);
      assertThat(entered).isLessThanOrEqualTo(limit);
      for (int i = 0; i < entered; i++) {
        loop.leave();
      }
    }
    int kept = places.given();
    assertThat(kept).isLessThanOrEqualTo(limit / 8);
    assertThat(fill(all.get(0), limit)).isBetween(limit - limit / 8, limit);
  }

  @Test
  void smallLimit_keepsNothingBack() {
    Places places = new Places();
    LoopPlaces one = new LoopPlaces(places, 4, null);
    LoopPlaces other = new LoopPlaces(places, 4, null);
    for (int i = 0; i < 100; i++) {
      assertThat(one.enter(100)).isTrue();
    }
    assertThat(other.enter(100)).isFalse();
    one.leave();
    assertThat(other.enter(100)).isTrue();
    assertThat(one.enter(100)).isFalse();
  }

  @Test
  void lowerLimit_holdsFromTheNextBatchOn() {
    Places places = new Places();
    LoopPlaces loop = new LoopPlaces(places, 1, null);
    assertThat(fill(loop, 10)).isEqualTo(10);
    loop.leave();
    assertThat(loop.enter(5)).isFalse();
    for (int i = 0; i < 5; i++) {
      loop.leave();
    }
    assertThat(fill(loop, 5)).isEqualTo(1);
  }

  @Test
  void placeWithin_isLeftToo_alsoByWhoIsRetired() {
    Places outer = new Places();
    Places inner = new Places();
    LoopPlaces process = new LoopPlaces(outer, 1, null);
    LoopPlaces route = new LoopPlaces(inner, 1, process);
    assertThat(process.enter(10)).isTrue();
    assertThat(route.enter(1000)).isTrue();
    route.retire();
    assertThat(inner.given()).isEqualTo(1);
    route.leave();
    assertThat(inner.given()).isZero();
    assertThat(outer.given()).isZero();
  }

  @Test
  void manyThreads_neverExceedTheLimit_andGiveAllBack() throws Exception {
    int limit = 640;
    Places places = new Places();
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<LoopPlaces> loops = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      LoopPlaces loop = new LoopPlaces(places, 4, null);
      loops.add(loop);
      SplittableRandom chance = new SplittableRandom(i);
      threads.add(
          new Thread(
              () -> {
                int held = 0;
                for (int step = 0; step < 100_000; step++) {
                  if (chance.nextInt(100) < 60 && loop.enter(limit)) {
                    held++;
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                  } else if (held > 0) {
                    held--;
                    inside.decrementAndGet();
                    loop.leave();
                  }
                }
                for (; held > 0; held--) {
                  inside.decrementAndGet();
                  loop.leave();
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(most.get()).isBetween(limit - limit / 8, limit);
    loops.forEach(LoopPlaces::retire);
    assertThat(places.given()).isZero();
  }
}
