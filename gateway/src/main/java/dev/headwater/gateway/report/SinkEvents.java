package dev.headwater.gateway.report;

import java.util.concurrent.atomic.LongAdder;

/** What happens to a sink beside its spans, counted since the start. Safe for any thread. */
final class SinkEvents {
  private final LongAdder fileFaults = new LongAdder();
  private final LongAdder openings = new LongAdder();

  /** A file of the sink could not be used; what was read before stays in use. */
  void fileFault() {
    fileFaults.increment();
  }

  /** The sink's breaker opened. */
  void opened() {
    openings.increment();
  }

  long fileFaults() {
    return fileFaults.sum();
  }

  long openings() {
    return openings.sum();
  }
}
