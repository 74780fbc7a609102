package dev.headwater.gateway.report;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The machine's clocks. One per sink: a wake-up is for that sink's thread. */
final class SystemTime implements Time {
  private final Semaphore wakeUps = new Semaphore(0);

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public long epochMicros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  @Override
  public void pause(long nanos) throws InterruptedException {
    if (wakeUps.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
      wakeUps.drainPermits();
    }
  }

  @Override
  public SystemTime forAnotherThread() {
    return new SystemTime();
  }

  @Override
  public void wake() {
    wakeUps.release();
  }
}
