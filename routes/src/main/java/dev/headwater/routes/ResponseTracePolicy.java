package dev.headwater.routes;

import org.jspecify.annotations.Nullable;

/**
 * What the client is told of its trace.
 *
 * @param header carries the trace id, lower case; null for none
 * @param traceresponse whether {@code traceresponse} of the W3C draft tells trace id, our span and
 *     the decision
 * @param serverTiming whether {@code Server-Timing} tells the same, where scripts in browsers can
 *     read it
 */
public record ResponseTracePolicy(
    @Nullable String header, boolean traceresponse, boolean serverTiming) {
  /** Nothing. */
  public static final ResponseTracePolicy NONE = new ResponseTracePolicy(null, false, false);
}
