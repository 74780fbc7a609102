package dev.headwater.gateway.listen;

import java.util.concurrent.TimeUnit;

/**
 * Bounds the frames of one HTTP/2 connection that carry no message: each costs one credit, each
 * frame of a message earns some, and time earns the rest. Floods of PING, SETTINGS, PRIORITY,
 * WINDOW_UPDATE or empty DATA (CVE-2019-9511 to 9518) run out of credit; no honest client comes
 * near. Confined to its loop.
 */
final class Http2Guard {
  /** A receiver answers each DATA frame with a WINDOW_UPDATE or two at the most. */
  private static final int EARNED_BY_MESSAGE = 10;

  private static final int SECONDS_TO_FILL = 20;

  private final int most;
  private final long nanosPerCredit;
  private int credit;
  private long since;

  /**
   * A full guard.
   *
   * @param most credits; all of them are granted again within twenty seconds
   */
  Http2Guard(int most, long now) {
    this.most = most;
    this.nanosPerCredit = TimeUnit.SECONDS.toNanos(SECONDS_TO_FILL) / most;
    this.credit = most;
    this.since = now;
  }

  /** A frame of a message came or went. */
  void earn() {
    credit = Math.min(most, credit + EARNED_BY_MESSAGE);
  }

  /** Whether one more frame without a message may come. */
  boolean spend(long now) {
    if (credit == 0) {
      long granted = (now - since) / nanosPerCredit;
      credit = (int) Math.min(most, granted);
      since = now;
      if (credit == 0) {
        return false;
      }
    } else if (credit == most) {
      since = now;
    }
    credit--;
    return true;
  }
}
