package dev.headwater.routes;

import org.jspecify.annotations.Nullable;

/**
 * What the client is told of its trace.
 *
 * @param header carries the trace id, lower case; null for none
 */
public record ResponseTracePolicy(@Nullable String header) {
  /** Nothing. */
  public static final ResponseTracePolicy NONE = new ResponseTracePolicy(null);
}
