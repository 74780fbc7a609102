package dev.headwater.gateway.tracestore;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import zipkin2.Span;

/**
 * Puts together what was reported of one span at several times, as Zipkin's own readers do: a
 * storage keeps an unfinished span beside the finished one. The two sides of a shared span, which
 * have one id, too, stay two.
 */
final class WholeSpans {
  private WholeSpans() {}

  /** The side of a span that one reporter knows. */
  private record Side(
      String id, Span.@Nullable Kind kind, @Nullable Boolean shared, @Nullable String service) {
    static Side of(Span span) {
      return new Side(span.id(), span.kind(), span.shared(), span.localServiceName());
    }
  }

  /** The spans of one trace, each once; the same list when they were. */
  static List<Span> of(List<Span> trace) {
    if (areDistinct(trace)) {
      return trace;
    }
    Map<Side, Span> whole = new LinkedHashMap<>();
    for (Span span : trace) {
      whole.merge(Side.of(span), span, (one, other) -> one.toBuilder().merge(other).build());
    }
    return new ArrayList<>(whole.values());
  }

  private static boolean areDistinct(List<Span> trace) {
    Set<String> ids = new HashSet<>();
    return trace.stream().allMatch(span -> ids.add(span.id()));
  }
}
