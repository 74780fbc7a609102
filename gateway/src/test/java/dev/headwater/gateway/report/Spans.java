package dev.headwater.gateway.report;

import brave.Span;
import brave.handler.MutableSpan;

/** Spans as the gateway makes them. */
final class Spans {
  private Spans() {}

  static MutableSpan span(long id) {
    MutableSpan span = new MutableSpan();
    span.traceId(String.format("463ac35c9f6413ad%016x", id));
    span.id(String.format("%016x", id));
    span.name("GET /api");
    span.kind(Span.Kind.SERVER);
    span.startTimestamp(1_700_000_000_000_000L);
    span.finishTimestamp(1_700_000_000_001_000L);
    span.localServiceName("headwater");
    span.tag("http.method", "GET");
    span.tag("http.path", "/api");
    return span;
  }

  static MutableSpan large(long id, int tagLength) {
    MutableSpan span = span(id);
    span.tag("large", "x".repeat(tagLength));
    return span;
  }
}
