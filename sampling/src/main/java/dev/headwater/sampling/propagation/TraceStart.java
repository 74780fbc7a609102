package dev.headwater.sampling.propagation;

import brave.propagation.TraceContext;
import dev.headwater.sampling.Decision;
import org.jspecify.annotations.Nullable;

/**
 * Where a trace stands when a request enters: our SERVER span's context and the decision for the
 * whole trace.
 *
 * @param context ids of our SERVER span, with the decision in it
 * @param decision the decision and why
 * @param clientTraceId the trace id of a stranger whose trace was restarted, lower-case hex, or
 *     null
 * @param traceState the W3C header of that name to pass on, or null
 */
public record TraceStart(
    TraceContext context,
    Decision decision,
    @Nullable String clientTraceId,
    @Nullable String traceState) {
  /** The trace id as lower-case hex, 32 or 16 digits. */
  public String traceId() {
    return context.traceIdString();
  }

  /** Our SERVER span's id as lower-case hex, 16 digits. */
  public String spanId() {
    return context.spanIdString();
  }
}
