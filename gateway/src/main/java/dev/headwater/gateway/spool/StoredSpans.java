package dev.headwater.gateway.spool;

import java.util.List;

/**
 * The oldest spans of a spool, as they were appended.
 *
 * @param spans each encoded alone
 * @param format what the writer called their encoding
 * @param oldestMicros end of the oldest, in microseconds since 1970
 * @param place to acknowledge them by
 */
public record StoredSpans(List<byte[]> spans, byte format, long oldestMicros, Stored place) {
  public StoredSpans {
    spans = List.copyOf(spans);
  }
}
