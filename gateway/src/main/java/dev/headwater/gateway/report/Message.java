package dev.headwater.gateway.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Encoded spans that go to a sink together.
 *
 * @param spans each encoded alone, oldest first
 * @param openedAt when the first of them was taken from the hand-over, by {@link Time#nanos()}
 * @param oldestMicros end of the oldest, in microseconds since 1970
 */
record Message(List<byte[]> spans, long openedAt, long oldestMicros) {
  /** The brackets of a JSON array, a separator after each span; PROTO3 needs neither. */
  static final int SEPARATOR_BYTES = 1;

  static final int FRAME_BYTES = 2;

  /** Upper bound of the size on the wire, before compression. */
  long bytes() {
    long bytes = FRAME_BYTES;
    for (byte[] span : spans) {
      bytes += SEPARATOR_BYTES + span.length;
    }
    return bytes;
  }

  /** Cuts spans into messages of at most this size, of at least one span each. */
  static List<List<byte[]>> cut(List<byte[]> spans, int maxBytes) {
    List<List<byte[]>> parts = new ArrayList<>();
    for (int from = 0; from < spans.size(); ) {
      int to = fitting(spans, from, maxBytes);
      parts.add(List.copyOf(spans.subList(from, to)));
      from = to;
    }
    return parts;
  }

  /** End of the spans from this one on that fit into a message, at least one. */
  static int fitting(List<byte[]> spans, int from, int maxBytes) {
    long size = FRAME_BYTES;
    int to = from;
    while (to < spans.size()) {
      size += SEPARATOR_BYTES + spans.get(to).length;
      if (to > from && size > maxBytes) {
        break;
      }
      to++;
    }
    return to;
  }
}
