package dev.headwater.gateway.report;

import dev.headwater.routes.SinkLimits;
import java.util.random.RandomGenerator;

/**
 * Leaves a collector alone that fails again and again.
 *
 * <p>Closed, it lets every try pass. After so many failures in a row it opens: no try passes until
 * a pause is over, drawn evenly from the upper half of the configured one, so that gateways which
 * lost one collector do not return together. Then one try passes, and its outcome closes or opens
 * it again. Safe for use from several threads of one sink.
 */
final class Breaker {
  private final SinkLimits.Breaker policy;
  private final Time time;
  private final SinkEvents events;
  private final RandomGenerator random;
  private int failures;
  private long openUntil;
  private volatile boolean open;
  private boolean probing;

  Breaker(SinkLimits.Breaker policy, Time time, SinkEvents events, RandomGenerator random) {
    this.policy = policy;
    this.time = time;
    this.events = events;
    this.random = random;
  }

  /**
   * Whether a try may be made now; whoever is told 0 makes it and tells its outcome.
   *
   * @return 0, or nanoseconds to wait, 1 or more
   */
  synchronized long admit() {
    if (!open) {
      return 0;
    }
    long left = openUntil - time.nanos();
    if (left > 0) {
      return left;
    }
    if (probing) {
      return policy.pause().toNanos() / 2;
    }
    probing = true;
    return 0;
  }

  /** The collector answered, be it with a refusal of the batch. */
  synchronized void answered() {
    failures = 0;
    open = false;
    probing = false;
  }

  /** It could not be reached, was silent, or said that it fails. */
  synchronized void failed() {
    failures++;
    probing = false;
    if (failures < policy.failures()) {
      return;
    }
    if (!open) {
      events.opened();
    }
    open = true;
    long pause = policy.pause().toNanos();
    openUntil = time.nanos() + pause / 2 + (long) (random.nextDouble() * (pause - pause / 2));
  }

  /** The try was given up without an outcome, by a stop. */
  synchronized void abandoned() {
    probing = false;
  }

  /** Whether the collector is being left alone. From any thread. */
  boolean isOpen() {
    return open;
  }
}
