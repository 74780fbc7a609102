package dev.headwater.gateway.retry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RetryBudgetTest {
  private static final long SECOND = 1_000_000_000L;

  private static int taken(RetryBudget budget, long now, int wanted) {
    int taken = 0;
    for (int i = 0; i < wanted; i++) {
      taken += budget.take(now) ? 1 : 0;
    }
    return taken;
  }

  @Test
  void nothing_withoutRequestsAndFloor() {
    assertThat(new RetryBudget(0.2, 0).take(SECOND)).isFalse();
    assertThat(new RetryBudget(0, 0).take(SECOND)).isFalse();
  }

  @Test
  void ratio_ofTheRequests() {
    RetryBudget budget = new RetryBudget(0.2, 0);
    for (int i = 0; i < 1000; i++) {
      budget.request(5 * SECOND);
    }
    assertThat(taken(budget, 5 * SECOND, 1000)).isEqualTo(200);
  }

  @Test
  void floor_perSecond_overTheWindow() {
    RetryBudget budget = new RetryBudget(0, 2);
    assertThat(taken(budget, 100 * SECOND, 1000)).isEqualTo(20);
    assertThat(taken(budget, 105 * SECOND, 1000)).isZero();
    assertThat(taken(budget, 110 * SECOND, 1000)).isEqualTo(20);
  }

  @Test
  void fractionOfAFloor_addsUp() {
    assertThat(taken(new RetryBudget(0, 0.5), SECOND, 100)).isEqualTo(5);
  }

  @Test
  void requests_areForgottenAfterTenSeconds() {
    RetryBudget budget = new RetryBudget(1, 0);
    for (int second = 0; second < 10; second++) {
      budget.request(second * SECOND);
    }
    assertThat(taken(budget, 9 * SECOND, 100)).isEqualTo(10);
    budget.request(10 * SECOND);
    assertThat(taken(budget, 18 * SECOND, 100)).isZero();
    assertThat(taken(budget, 19 * SECOND, 100)).isEqualTo(1);
    assertThat(taken(budget, 1000 * SECOND, 100)).isZero();
  }

  @Test
  void clock_mayBeNegative() {
    RetryBudget budget = new RetryBudget(1, 0);
    budget.request(-SECOND / 2);
    budget.request(SECOND / 2);
    assertThat(taken(budget, SECOND, 100)).isEqualTo(2);
  }

  /** R11: attempts stay within 1.2 times the offered load. */
  @Test
  void outage_extraLoadStaysWithinTheRatio() {
    RetryBudget budget = new RetryBudget(0.2, 0);
    int retries = 0;
    for (int request = 0; request < 30_000; request++) {
      long now = request * SECOND / 1000;
      budget.request(now);
      retries += budget.take(now) ? 1 : 0;
    }
    assertThat(retries).isBetween(5_000, 6_001);
  }
}
