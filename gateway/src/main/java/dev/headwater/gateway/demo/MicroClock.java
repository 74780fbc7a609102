package dev.headwater.gateway.demo;

import brave.Clock;

/**
 * Wall-clock microseconds that never run backwards: one clock for all parts of the demo, so that
 * their spans lie inside each other as they happened.
 */
final class MicroClock implements Clock {
  private final long epochMicros = System.currentTimeMillis() * 1000;
  private final long tick = System.nanoTime();

  @Override
  public long currentTimeMicroseconds() {
    return epochMicros + (System.nanoTime() - tick) / 1000;
  }
}
