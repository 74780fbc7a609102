package dev.headwater.gateway.report;

import brave.handler.MutableSpan;
import java.util.ArrayList;
import java.util.List;
import zipkin2.reporter.BytesEncoder;
import zipkin2.reporter.Encoding;
import zipkin2.reporter.brave.MutableSpanBytesEncoder;

/**
 * Encoded spans that wait to become a message. Knows the message's size as it grows, by the upper
 * bound of one separator per span. Confined to a sink's thread.
 */
final class Batch {
  /** The brackets of a JSON array, a separator after each span; PROTO3 needs neither. */
  private static final int SEPARATOR_BYTES = 1;

  private static final int FRAME_BYTES = 2;

  private final BytesEncoder<MutableSpan> encoder;
  private final ArrayList<byte[]> spans = new ArrayList<>();
  private int bytes = FRAME_BYTES;
  private long openedAt;

  Batch(Encoding encoding) {
    this.encoder = MutableSpanBytesEncoder.forEncoding(encoding);
  }

  byte[] encode(MutableSpan span) {
    return encoder.encode(span);
  }

  /** The size of a message that holds this span alone. */
  int sizeOf(byte[] encoded) {
    return FRAME_BYTES + SEPARATOR_BYTES + encoded.length;
  }

  void add(byte[] encoded, long now) {
    if (spans.isEmpty()) {
      openedAt = now;
    }
    spans.add(encoded);
    bytes += SEPARATOR_BYTES + encoded.length;
  }

  /** Whether there is enough for a message of this size. */
  boolean isFull(int maxBytes) {
    return bytes >= maxBytes;
  }

  boolean isEmpty() {
    return spans.isEmpty();
  }

  int spans() {
    return spans.size();
  }

  /** When the oldest span was added. */
  long openedAt() {
    return openedAt;
  }

  /** Removes the oldest spans that fit into a message of this size, at least one. */
  List<byte[]> take(int maxBytes, long now) {
    int end = 0;
    int size = FRAME_BYTES;
    while (end < spans.size()) {
      int next = SEPARATOR_BYTES + spans.get(end).length;
      if (end > 0 && size + next > maxBytes) {
        break;
      }
      size += next;
      end++;
    }
    List<byte[]> head = spans.subList(0, end);
    List<byte[]> taken = List.copyOf(head);
    head.clear();
    bytes -= size - FRAME_BYTES;
    openedAt = now;
    return taken;
  }
}
