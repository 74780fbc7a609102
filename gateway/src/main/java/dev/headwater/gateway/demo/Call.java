package dev.headwater.gateway.demo;

import brave.Span;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * One request to a demo service.
 *
 * @param method as sent
 * @param path without query
 * @param request the rest of it
 * @param span the service's SERVER span, possibly a no-op
 */
record Call(String method, String path, HttpServerRequest request, Span span) {
  /** A query parameter, or null. */
  @Nullable String parameter(String name) {
    return request.getParam(name);
  }

  /** Trace id, 32 lower-case hex digits. */
  String traceId() {
    return span.context().traceIdString();
  }

  /** Whether somebody keeps this trace. */
  boolean sampled() {
    return Boolean.TRUE.equals(span.context().sampled());
  }
}
