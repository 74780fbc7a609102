package dev.headwater.gateway.tracestore;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import zipkin2.Annotation;
import zipkin2.Span;

/**
 * How many bytes of text the latest spans hold. Zipkin's storage counts spans only, and a span of
 * others may be large.
 *
 * <p>A ring holds the sizes of the last {@code maxSpans} spans accepted: the storage evicts the
 * oldest first, so their sum is close to what it keeps. Safe for use from any thread that may
 * block.
 */
final class ByteBudget {
  /** Largest span that is kept, in characters of its texts. */
  static final int MAX_SPAN = 64 * 1024;

  private static final int AVERAGE_SPAN = 4 * 1024;
  private static final int FIXED = 200;

  private final int[] sizes;
  private final long budget;
  private int next;
  private long total;

  ByteBudget(int maxSpans) {
    this.sizes = new int[maxSpans];
    this.budget = Math.max(MAX_SPAN, (long) maxSpans * AVERAGE_SPAN);
  }

  /** Refuses a span that is too large. */
  void check(Span span) {
    int size = sizeOf(span);
    if (size > MAX_SPAN) {
      throw new IllegalArgumentException(
          "span "
              + span.id()
              + " of trace "
              + span.traceId()
              + " holds "
              + size
              + " bytes (expected at most "
              + MAX_SPAN
              + ")");
    }
  }

  /** Counts the spans; false when the budget is spent, and then counting starts with them. */
  synchronized boolean take(List<Span> spans) {
    add(spans);
    if (total <= budget) {
      return true;
    }
    Arrays.fill(sizes, 0);
    total = 0;
    add(spans);
    return false;
  }

  private void add(List<Span> spans) {
    for (Span span : spans) {
      int size = sizeOf(span);
      total += size - sizes[next];
      sizes[next] = size;
      next = (next + 1) % sizes.length;
    }
  }

  private static int sizeOf(Span span) {
    long size = FIXED;
    String name = span.name();
    size += name == null ? 0 : name.length();
    for (Map.Entry<String, String> tag : span.tags().entrySet()) {
      size += 32 + tag.getKey().length() + (long) tag.getValue().length();
    }
    for (Annotation annotation : span.annotations()) {
      size += 32 + (long) annotation.value().length();
    }
    return (int) Math.min(Integer.MAX_VALUE, size);
  }
}
