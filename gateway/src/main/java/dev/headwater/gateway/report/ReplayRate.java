package dev.headwater.gateway.report;

import java.util.concurrent.TimeUnit;

/**
 * How fast a backlog is sent: as fast as spans join it, and so many per second beyond. A bound that
 * did not move with the traffic would never let a busy gateway's backlog end. Confined to the
 * backlog's lock.
 */
final class ReplayRate {
  /** Spans that join meanwhile may shorten a wait. */
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final int perSecond;
  private double allowed;
  private long refilledAt;

  ReplayRate(int perSecond, long now) {
    this.perSecond = perSecond;
    this.allowed = perSecond;
    this.refilledAt = now;
  }

  /** How long to wait before the next message: 0 for not at all. */
  long pauseNanos(long now) {
    add((now - refilledAt) / 1e9 * perSecond);
    refilledAt = now;
    return allowed > 0 ? 0 : Math.min(LONGEST_PAUSE_NANOS, 1 + (long) (-allowed / perSecond * 1e9));
  }

  /** Spans were written behind the others. */
  void joined(int spans) {
    add(spans);
  }

  /** Spans go out. */
  void sent(int spans) {
    allowed -= spans;
  }

  /** What is not used within a second is forfeit: an outage does not end in a flood. */
  private void add(double spans) {
    allowed = Math.min(perSecond, allowed + spans);
  }
}
