package dev.headwater.gateway.wire;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.util.concurrent.TimeUnit;

/**
 * Bounds the frames of one HTTP/2 connection that carry no message: each costs one credit, each
 * frame of a message earns some, and time earns the rest. Floods of PING, SETTINGS, PRIORITY,
 * WINDOW_UPDATE or empty DATA (CVE-2019-9511 to 9518) run out of credit; no honest peer comes near.
 * Confined to its loop.
 */
public final class Http2Guard {
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
  public Http2Guard(int most, long now) {
    this.most = most;
    this.nanosPerCredit = TimeUnit.SECONDS.toNanos(SECONDS_TO_FILL) / most;
    this.credit = most;
    this.since = now;
  }

  /** A frame of a message came or went. */
  public void earn() {
    credit = Math.min(most, credit + EARNED_BY_MESSAGE);
  }

  /**
   * Lets one more frame without a message come.
   *
   * @throws Http2Exception of the connection, when there were too many
   */
  public void check(long now) throws Http2Exception {
    if (!spend(now)) {
      throw tooMany();
    }
  }

  /** What ends the connection of a peer that floods. */
  public static Http2Exception tooMany() {
    return Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "frames without a message");
  }

  /** Whether one more frame without a message may come. */
  public boolean spend(long now) {
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
