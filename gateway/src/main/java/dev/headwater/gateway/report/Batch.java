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
  private final BytesEncoder<MutableSpan> encoder;
  private final ArrayList<byte[]> spans = new ArrayList<>();
  private int bytes = Message.FRAME_BYTES;
  private long openedAt;
  private long oldestMicros;

  Batch(Encoding encoding) {
    this.encoder = MutableSpanBytesEncoder.forEncoding(encoding);
  }

  byte[] encode(MutableSpan span) {
    return encoder.encode(span);
  }

  /** The size of a message that holds this span alone. */
  int sizeOf(byte[] encoded) {
    return Message.FRAME_BYTES + Message.SEPARATOR_BYTES + encoded.length;
  }

  /**
   * Adds a span.
   *
   * @param now by {@link Time#nanos()}
   * @param endMicros when it ended, in microseconds since 1970
   */
  void add(byte[] encoded, long now, long endMicros) {
    if (spans.isEmpty()) {
      openedAt = now;
      oldestMicros = endMicros;
    }
    spans.add(encoded);
    bytes += Message.SEPARATOR_BYTES + encoded.length;
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

  /** When it had ended, in microseconds since 1970. */
  long oldestMicros() {
    return oldestMicros;
  }

  /**
   * Removes the oldest spans that fit into a message of this size, at least one. What stays counts
   * as old as what went: it may be younger, and must not be taken for it.
   */
  Message take(int maxBytes) {
    List<byte[]> head = spans.subList(0, Message.fitting(spans, 0, maxBytes));
    Message taken = new Message(List.copyOf(head), openedAt, oldestMicros);
    head.clear();
    bytes -= (int) taken.bytes() - Message.FRAME_BYTES;
    return taken;
  }
}
