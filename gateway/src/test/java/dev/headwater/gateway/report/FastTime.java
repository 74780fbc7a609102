package dev.headwater.gateway.report;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A clock that a pause moves at once: long waits are recorded, not waited for. */
final class FastTime implements Time {
  private final AtomicLong now = new AtomicLong();
  private final List<Long> pauses = new CopyOnWriteArrayList<>();

  @Override
  public long nanos() {
    return now.get();
  }

  @Override
  public long epochMicros() {
    return 1_700_000_000_000_000L + now.get() / 1_000;
  }

  @Override
  public void pause(long nanos) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    pauses.add(nanos);
    now.addAndGet(nanos);
    LockSupport.parkNanos(10_000); // Leaves the core to the test's own threads.
  }

  @Override
  public FastTime forAnotherThread() {
    return this;
  }

  @Override
  public void wake() {}

  void advanceMillis(long millis) {
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  List<Long> pausesMillis() {
    return pauses.stream().map(TimeUnit.NANOSECONDS::toMillis).toList();
  }
}
