package dev.headwater.gateway.report;

import java.io.IOException;

/** Nothing was tried: the collector is being left alone. Expected, so without a stack trace. */
final class BreakerOpen extends IOException {
  private static final long serialVersionUID = 1L;

  private final long nanosLeft;

  BreakerOpen(long nanosLeft) {
    super("left alone for a moment after repeated failures");
    this.nanosLeft = nanosLeft;
  }

  /** Until a try may be made. */
  long nanosLeft() {
    return nanosLeft;
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
