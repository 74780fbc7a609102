package dev.headwater.gateway.metrics;

import org.HdrHistogram.IntCountsHistogram;
import org.jspecify.annotations.Nullable;

/**
 * The durations one series saw since it was last handed over.
 *
 * <p>Two significant digits over one microsecond to one hour; the count array grows with the
 * longest duration seen (1 KB to 13 KB). Written by its loop until handed over, cleared by the
 * reader, then used again: a series without traffic holds none.
 */
final class LatencyInterval {
  private static final int DIGITS = 2;

  private final IntCountsHistogram micros = new IntCountsHistogram(DIGITS);
  private long sumNanos;
  private String @Nullable [] traceIds;
  private long[] traceMicros = {};

  LatencyInterval() {
    micros.setAutoResize(true);
  }

  void record(long nanos, @Nullable String sampledTraceId) {
    long bounded = Math.max(0, nanos);
    long value = Math.min(LatencyBounds.LONGEST_MICROS, bounded / 1_000);
    micros.recordValue(value);
    sumNanos += bounded;
    if (sampledTraceId != null) {
      keepExemplar(value, sampledTraceId);
    }
  }

  private void keepExemplar(long value, String traceId) {
    String[] ids = traceIds;
    if (ids == null) {
      ids = new String[LatencyBounds.count()];
      traceIds = ids;
      traceMicros = new long[ids.length];
    }
    int bucket = LatencyBounds.indexOf(value);
    ids[bucket] = traceId;
    traceMicros[bucket] = value;
  }

  IntCountsHistogram micros() {
    return micros;
  }

  long sumNanos() {
    return sumNanos;
  }

  @Nullable String traceIdAt(int bucket) {
    return traceIds == null ? null : traceIds[bucket];
  }

  long traceMicrosAt(int bucket) {
    return traceMicros[bucket];
  }

  void clear() {
    micros.reset();
    sumNanos = 0;
    traceIds = null;
  }
}
