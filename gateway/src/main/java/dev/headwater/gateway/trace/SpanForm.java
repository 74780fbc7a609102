package dev.headwater.gateway.trace;

import brave.Span;
import brave.handler.MutableSpan;
import brave.propagation.TraceContext;
import org.jspecify.annotations.Nullable;

/**
 * Spans of one kind, empty, with room for what they usually hold.
 *
 * <p>A span of brave's grows by one tag at a time, and copies all it has each time. One that is
 * copied from another takes over the size of its arrays: so a blank is kept that once held as many,
 * and a span costs one array instead of one per tag. Confined to one loop.
 */
final class SpanForm {
  private final Span.@Nullable Kind kind;
  private final int tags;
  private final int annotations;
  private String service = "";
  private MutableSpan blank = new MutableSpan();

  /**
   * A form with this much room; a span that needs more grows.
   *
   * @param kind of the spans; null for one within us, that no request passes through
   * @param tags that a span usually has
   * @param annotations that it usually has
   */
  SpanForm(Span.@Nullable Kind kind, int tags, int annotations) {
    this.kind = kind;
    this.tags = tags;
    this.annotations = annotations;
  }

  /** A new span of this service. */
  MutableSpan span(TraceContext context, String localService) {
    if (!localService.equals(service)) {
      blank = blank(localService);
      service = localService;
    }
    return new MutableSpan(context, blank);
  }

  private MutableSpan blank(String localService) {
    MutableSpan made = new MutableSpan();
    made.localServiceName(localService);
    made.kind(kind);
    for (int i = 0; i < tags; i++) {
      made.tag("tag" + i, "");
    }
    for (int i = 0; i < annotations; i++) {
      made.annotate(i + 1, "annotation" + i);
    }
    made.forEachTag((key, value) -> null);
    made.forEachAnnotation((timestamp, value) -> null);
    return made;
  }
}
