package dev.headwater.gateway.report;

/** What one try to send a message came to. */
sealed interface Attempt {
  /** Every span has its outcome, be it delivered or refused for good. */
  record Settled() implements Attempt {}

  /** It would be taken in smaller pieces. */
  record TooLarge() implements Attempt {}

  /**
   * It may be taken later.
   *
   * @param waitNanos not before
   */
  record Again(long waitNanos) implements Attempt {}
}
