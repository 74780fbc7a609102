package dev.headwater.gateway.retry;

/**
 * How many retries an upstream may be given: a share of the requests of the last ten seconds, plus
 * a few a second, the rule of Linkerd's budgets. Confined to its loop.
 */
final class RetryBudget {
  private static final int WINDOW = 10;
  private static final long SECOND = 1_000_000_000L;

  private final double ratio;
  private final double perSecond;
  private final int[] requests = new int[WINDOW];
  private final int[] retries = new int[WINDOW];
  private long second = Long.MIN_VALUE;

  /**
   * A budget.
   *
   * @param ratio retries per request, 0 to 1
   * @param perSecond retries a second that are allowed at any load; this loop's share
   */
  RetryBudget(double ratio, double perSecond) {
    this.ratio = ratio;
    this.perSecond = perSecond;
  }

  /** A request came. */
  void request(long now) {
    requests[slot(now)]++;
  }

  /** Takes one retry out of the budget, if it is there. */
  boolean take(long now) {
    int slot = slot(now);
    long asked = 0;
    long given = 0;
    for (int i = 0; i < WINDOW; i++) {
      asked += requests[i];
      given += retries[i];
    }
    if (given + 1 > asked * ratio + perSecond * WINDOW) {
      return false;
    }
    retries[slot]++;
    return true;
  }

  private int slot(long now) {
    long current = Math.floorDiv(now, SECOND);
    if (current != second) {
      long passed = second == Long.MIN_VALUE ? WINDOW : Math.min(WINDOW, current - second);
      for (long i = 0; i < passed; i++) {
        int stale = (int) Math.floorMod(current - i, (long) WINDOW);
        requests[stale] = 0;
        retries[stale] = 0;
      }
      second = current;
    }
    return (int) Math.floorMod(current, (long) WINDOW);
  }
}
