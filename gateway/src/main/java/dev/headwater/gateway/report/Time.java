package dev.headwater.gateway.report;

/** The clocks and the waiting of a sink's thread, so that tests need not wait. */
interface Time {
  /** Monotonic clock, in nanoseconds from an arbitrary origin. */
  long nanos();

  /** Wall clock, in microseconds since 1970. */
  long epochMicros();

  /** Waits, at most this long; returns early after {@link #wake()}. On the sink's thread only. */
  void pause(long nanos) throws InterruptedException;

  /** The same clocks for another thread, which waits and is woken by itself. */
  Time forAnotherThread();

  /** Ends a present or the next pause. From any thread but a loop. */
  void wake();
}
