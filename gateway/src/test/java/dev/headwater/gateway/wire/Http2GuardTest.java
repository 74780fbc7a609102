package dev.headwater.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class Http2GuardTest {
  private static final int MOST = 1000;
  private static final long START = -5;

  private final Http2Guard guard = new Http2Guard(MOST, START);

  private static long after(long millis) {
    return START + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** How many may come at that moment. */
  private int spent(long now) {
    int count = 0;
    while (guard.spend(now)) {
      count++;
      assertThat(count).isLessThanOrEqualTo(MOST);
    }
    return count;
  }

  @Test
  void fullGuard_bearsItsCredit_andNoFrameMore() {
    assertThat(spent(after(0))).isEqualTo(MOST);
    assertThat(guard.spend(after(0))).isFalse();
  }

  @Test
  void time_grantsATwentiethPerSecond() {
    spent(after(0));
    assertThat(spent(after(1000))).isEqualTo(MOST / 20);
    assertThat(spent(after(1000))).isZero();
    assertThat(spent(after(3000))).isEqualTo(MOST / 10);
  }

  @Test
  void time_grantsNoMoreThanAllOfIt() {
    spent(after(0));
    assertThat(spent(after(3_600_000))).isEqualTo(MOST);
  }

  @Test
  void timeInAFullGuard_countsForNothing() {
    assertThat(spent(after(3_600_000))).isEqualTo(MOST);
    assertThat(guard.spend(after(3_600_000))).isFalse();
  }

  @Test
  void frameAtATime_withinTheRate_isBorneForEver() {
    for (int i = 0; i < 10 * MOST; i++) {
      assertThat(guard.spend(after(20L * i))).isTrue();
    }
  }

  @Test
  void frameAtATime_beyondTheRate_isNot() {
    int borne = 0;
    while (guard.spend(after(10L * borne))) {
      borne++;
      assertThat(borne).isLessThan(10 * MOST);
    }
    assertThat(borne).isGreaterThan(MOST);
  }

  @Test
  void message_earnsTen_andNeverMoreThanAll() {
    spent(after(0));
    guard.earn();
    assertThat(spent(after(0))).isEqualTo(10);
    for (int i = 0; i < MOST; i++) {
      guard.earn();
    }
    assertThat(spent(after(0))).isEqualTo(MOST);
  }
}
