package dev.headwater.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HoldOffTest {
  private static final long MILLI = 1_000_000;

  private final List<Long> delays = new ArrayList<>();
  private final List<Runnable> tasks = new ArrayList<>();
  private long now = 1_000 * MILLI;
  private int passes;
  private Runnable during = () -> {};
  private final HoldOff holdOff =
      new HoldOff(
          Duration.ofMillis(100),
          () -> now,
          (task, nanos) -> {
            tasks.add(task);
            delays.add(nanos / MILLI);
          },
          () -> {
            passes++;
            during.run();
          });

  private void runAll() {
    List<Runnable> due = List.copyOf(tasks);
    tasks.clear();
    due.forEach(Runnable::run);
  }

  @Test
  void firstChange_asksForPassAtOnce() {
    holdOff.changed();

    assertThat(delays).containsExactly(0L);
  }

  @Test
  void manyChanges_askForOnePass() {
    for (int i = 0; i < 1_000; i++) {
      holdOff.changed();
    }
    runAll();

    assertThat(passes).isEqualTo(1);
  }

  @Test
  void changeSoonAfterPass_waitsForTheRestOfTheInterval() {
    holdOff.changed();
    runAll();
    now += 30 * MILLI;

    holdOff.changed();

    assertThat(delays).containsExactly(0L, 70L);
  }

  @Test
  void changeLongAfterPass_asksAtOnce() {
    holdOff.changed();
    runAll();
    now += 5_000 * MILLI;

    holdOff.changed();

    assertThat(delays).containsExactly(0L, 0L);
  }

  @Test
  void intervalCountsFromTheEndOfAPassThatTookLong() {
    during = () -> now += 400 * MILLI;
    holdOff.changed();
    runAll();

    holdOff.changed();

    assertThat(delays).containsExactly(0L, 100L);
  }

  @Test
  void changeDuringPass_asksForAnother() {
    during = holdOff::changed;
    holdOff.changed();
    runAll();
    during = () -> {};
    runAll();

    assertThat(passes).isEqualTo(2);
    assertThat(delays).containsExactly(0L, 100L);
  }
}
