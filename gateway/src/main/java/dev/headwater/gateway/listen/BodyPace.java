package dev.headwater.gateway.listen;

import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.routes.Limits;

/**
 * Whether a request body comes fast enough: neither silent for long, nor below a least rate for
 * longer than a grace.
 *
 * <p>Time is an account that begins with the grace, holds no more than it, loses what passes and
 * gains what the bytes that came would have taken at the least rate; so that a fast beginning buys
 * no slow end. Time in which nobody would have read costs nothing. The rate holds until the
 * response begins: what then still comes is one side of a conversation. Looked at on the loop's
 * tick.
 */
final class BodyPace {
  private long left;
  private long seen;
  private long at;

  /** A body begins. */
  void begin(Limits limits, long now) {
    left = limits.bodyGrace().toNanos();
    seen = 0;
    at = now;
  }

  /** That much time counts for nothing. */
  void heldUp(long nanos) {
    at += nanos;
  }

  /**
   * Whether the client is too slow.
   *
   * @param wanted whether the body is incomplete, and read as it comes
   * @param lastRead when bytes came last
   */
  boolean tooSlow(Exchange exchange, Limits limits, boolean wanted, long lastRead, long now) {
    long passed = now - at;
    at = now;
    if (!wanted || asksFirst(exchange)) {
      return false;
    }
    return now - lastRead >= limits.idle().toNanos()
        || (!exchange.responding() && behind(exchange.body().received(), limits, passed));
  }

  /** A client that waits to be told to go on has said all it can: it is the upstream's turn. */
  private static boolean asksFirst(Exchange exchange) {
    return exchange.request().expectContinue() && exchange.body().received() == 0;
  }

  private boolean behind(long received, Limits limits, long passed) {
    long rate = limits.bodyRate();
    if (rate == 0) {
      return false;
    }
    long grace = limits.bodyGrace().toNanos();
    double gained = (received - seen) * 1e9 / rate;
    seen = received;
    left = (long) Math.min(grace, left - passed + gained);
    return left < 0;
  }
}
