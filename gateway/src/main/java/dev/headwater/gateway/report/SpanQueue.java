package dev.headwater.gateway.report;

import brave.handler.MutableSpan;
import java.util.concurrent.atomic.AtomicLong;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * The hand-over between event loops and a sink's thread, bounded in spans and in bytes.
 *
 * <p>Any thread offers, one thread polls; neither waits. When a bound is reached the span offered
 * is the one that is dropped: what is already queued is older and its trace is more likely to be
 * whole at the collector. Bytes are estimated from the text a span carries, within a few percent of
 * its PROTO3 size, because encoding is not a loop's work.
 */
final class SpanQueue {
  /** Ids, kind, time stamps, endpoints and field tags of a span without tags, in bytes. */
  private static final long FIXED_BYTES = 120;

  /** Tags and lengths around a tag or an annotation, in bytes. */
  private static final long ENTRY_BYTES = 8;

  private final MpscAtomicArrayQueue<MutableSpan> queue;
  private final AtomicLong bytes = new AtomicLong();
  private final long maxBytes;

  /**
   * A queue with these bounds.
   *
   * @param maxSpans rounded up to a power of two
   * @param maxBytes estimated size of all queued spans
   */
  SpanQueue(int maxSpans, long maxBytes) {
    this.queue = new MpscAtomicArrayQueue<>(maxSpans);
    this.maxBytes = maxBytes;
  }

  /** Queues the span, or says why not: null when it was taken. */
  @Nullable Outcome offer(MutableSpan span) {
    long size = estimatedBytes(span);
    if (bytes.addAndGet(size) > maxBytes) {
      bytes.addAndGet(-size);
      return Outcome.DROPPED_QUEUE_BYTES;
    }
    if (!queue.offer(span)) {
      bytes.addAndGet(-size);
      return Outcome.DROPPED_QUEUE_SPANS;
    }
    return null;
  }

  @Nullable MutableSpan poll() {
    MutableSpan span = queue.poll();
    if (span != null) {
      bytes.addAndGet(-estimatedBytes(span));
    }
    return span;
  }

  int spans() {
    return queue.size();
  }

  long bytes() {
    return bytes.get();
  }

  private static long estimatedBytes(MutableSpan span) {
    long size = FIXED_BYTES + length(span.name());
    size += length(span.localServiceName()) + length(span.remoteServiceName());
    for (int i = 0, n = span.tagCount(); i < n; i++) {
      size += ENTRY_BYTES + span.tagKeyAt(i).length() + span.tagValueAt(i).length();
    }
    for (int i = 0, n = span.annotationCount(); i < n; i++) {
      size += 2 * ENTRY_BYTES + span.annotationValueAt(i).length();
    }
    return size;
  }

  private static int length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }
}
