package dev.headwater.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TicksTest {
  private final Ticks ticks = new Ticks();
  private final List<Integer> asked = new ArrayList<>();

  private final class Numbered extends Ticks.Member {
    private final int number;
    private final Runnable then;

    Numbered(int number, Runnable then) {
      this.number = number;
      this.then = then;
    }

    @Override
    protected void tick(long now) {
      asked.add(number);
      then.run();
    }
  }

  private Numbered joined(int number, Runnable then) {
    Numbered member = new Numbered(number, then);
    ticks.join(member);
    return member;
  }

  @Test
  void tick_asksEachMemberOnce() {
    for (int i = 0; i < 1000; i++) {
      joined(i, () -> {});
    }
    ticks.tick(1);
    assertThat(asked).hasSize(1000).doesNotHaveDuplicates();
  }

  @Test
  void member_leavingWhileAsked_costsNobodyATick() {
    for (int leaver = 0; leaver < 10; leaver++) {
      Ticks.Member[] self = new Ticks.Member[1];
      Ticks fresh = new Ticks();
      List<Integer> seen = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        int number = i;
        boolean leaves = i == leaver;
        Ticks.Member member =
            new Ticks.Member() {
              @Override
              protected void tick(long now) {
                seen.add(number);
                if (leaves) {
                  fresh.leave(self[0]);
                }
              }
            };
        if (leaves) {
          self[0] = member;
        }
        fresh.join(member);
      }
      fresh.tick(1);
      assertThat(seen).hasSize(10).doesNotHaveDuplicates();
      seen.clear();
      fresh.tick(2);
      assertThat(seen).hasSize(9).doesNotContain(leaver);
    }
  }

  @Test
  void everybodyLeaving_endsIt() {
    List<Numbered> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      all.add(joined(i, () -> all.forEach(ticks::leave)));
    }
    ticks.tick(1);
    ticks.tick(2);
    assertThat(asked).hasSize(1);
  }

  @Test
  void leaving_twice_orWithoutJoining_isNothing() {
    Numbered member = joined(1, () -> {});
    ticks.leave(new Numbered(2, () -> {}));
    ticks.leave(member);
    ticks.leave(member);
    ticks.tick(1);
    assertThat(asked).isEmpty();
    ticks.join(member);
    ticks.tick(2);
    assertThat(asked).containsExactly(1);
  }

  @Test
  void loopThatDidNotRun_isToldAndNobodyIsOverdue() {
    long second = 1_000_000_000L;
    List<String> told = new ArrayList<>();
    ticks.join(
        new Ticks.Member() {
          @Override
          protected void tick(long now) {
            told.add("tick " + now / second);
          }

          @Override
          protected void heldUp(long nanos, long now) {
            told.add("held up " + nanos / second + " at " + now / second);
          }
        });
    ticks.tick(5 * second);
    ticks.tick(6 * second);
    ticks.tick(16 * second);
    ticks.tick(17 * second);
    assertThat(told).containsExactly("tick 5", "tick 6", "held up 10 at 16", "tick 17");
  }
}
