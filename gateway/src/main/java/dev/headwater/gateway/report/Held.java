package dev.headwater.gateway.report;

import org.jspecify.annotations.Nullable;

/**
 * Spans between the hand-over and their outcome.
 *
 * @param spans in memory
 * @param bytes of those
 * @param oldestMicros end of the oldest of those, in microseconds since 1970; 0 without any
 * @param spool those on disk, or null when the sink has none
 */
record Held(long spans, long bytes, long oldestMicros, @Nullable SpoolView spool) {
  static final Held NOTHING = new Held(0, 0, 0, null);

  /** End of the oldest span in memory or on disk; 0 without any. */
  long oldest() {
    return spool == null ? oldestMicros : earlier(oldestMicros, spool.oldestMicros());
  }

  /** The earlier of two moments, of which 0 is none. */
  static long earlier(long a, long b) {
    return a == 0 || b != 0 && b < a ? b : a;
  }
}
