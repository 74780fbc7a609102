package dev.headwater.routes;

import java.util.Set;

/**
 * When a request is sent again. Only requests that can be sent again are: idempotent methods (RFC
 * 9110 9.2.2), or ones that certainly were not processed, with a body that is empty or still
 * buffered whole.
 *
 * @param attempts retries after the first try; 0 for none
 * @param conditions failures that are retried
 * @param statuses response statuses that are retried, 400 to 599
 * @param budget how much extra load retries may make
 */
public record RetryPolicy(
    int attempts, Set<Condition> conditions, Set<Integer> statuses, Budget budget) {
  /** Two retries of failed connects, within 20 % extra load plus 10 a second. */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(2, Set.of(Condition.CONNECT), Set.of(), new Budget(0.2, 10));

  public RetryPolicy {
    conditions = Set.copyOf(conditions);
    statuses = Set.copyOf(statuses);
  }

  /** A failure that may be retried. */
  public enum Condition {
    /** No connection could be made: certainly not processed. */
    CONNECT,
    /** The connection broke before the head of a response. */
    RESET,
    /** The attempt ran out of its own time. */
    TIMEOUT
  }

  /**
   * How much extra load retries may make, per upstream and event loop.
   *
   * @param ratio retries per request, 0 to 1
   * @param perSecond retries that are always allowed
   */
  public record Budget(double ratio, int perSecond) {}
}
