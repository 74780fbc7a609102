package dev.headwater.gateway;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The system's clock, moved by hand as an administrator or a time server would. Thread-safe. */
final class SteppedClock extends Clock {
  private volatile Duration offset = Duration.ZERO;

  synchronized void step(Duration by) {
    offset = offset.plus(by);
  }

  @Override
  public Instant instant() {
    return Clock.systemUTC().instant().plus(offset);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
