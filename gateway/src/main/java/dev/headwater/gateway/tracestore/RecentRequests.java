package dev.headwater.gateway.tracestore;

import java.util.ArrayDeque;
import java.util.List;
import zipkin2.Span;

/**
 * The last finished root SERVER spans that came by. Kept beside the storage, so that a page that
 * refreshes itself does not make it search. Safe for use from any thread.
 */
final class RecentRequests {
  static final int KEPT = 50;

  private final ArrayDeque<RecentRequest> newestFirst = new ArrayDeque<>();

  synchronized void add(List<Span> spans) {
    for (Span span : spans) {
      boolean finished = span.durationAsLong() != 0;
      if (finished && span.kind() == Span.Kind.SERVER && span.parentId() == null) {
        newestFirst.addFirst(recentOf(span));
        if (newestFirst.size() > KEPT) {
          newestFirst.removeLast();
        }
      }
    }
  }

  synchronized List<RecentRequest> latest() {
    return List.copyOf(newestFirst);
  }

  private static RecentRequest recentOf(Span span) {
    return new RecentRequest(
        span.traceId(),
        span.name(),
        span.tags().get("headwater.route"),
        span.tags().get("http.path"),
        span.tags().get("http.status_code"),
        span.tags().containsKey("error"),
        span.timestampAsLong() / 1_000,
        span.durationAsLong());
  }
}
