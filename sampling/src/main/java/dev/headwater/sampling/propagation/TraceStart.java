package dev.headwater.sampling.propagation;

import brave.propagation.TraceContext;
import dev.headwater.sampling.Decision;
import org.jspecify.annotations.Nullable;

/**
 * Where a trace stands when a request enters: our SERVER span's context and the decision for the
 * whole trace. Text is made when it is asked for.
 *
 * @param context ids of our SERVER span, with the decision in it
 * @param decision the decision and why
 * @param candidate what the caller claimed, or null
 * @param continued whether the trace goes on under the caller's ids
 */
public record TraceStart(
    TraceContext context, Decision decision, @Nullable TraceCandidate candidate, boolean continued)
    implements W3cFields {
  /** The trace id as lower-case hex, 32 or 16 digits. */
  public String traceId() {
    return context.traceIdString();
  }

  /** Our SERVER span's id as lower-case hex, 16 digits. */
  public String spanId() {
    return context.spanIdString();
  }

  /** Our SERVER span's context in the form of {@code traceparent}, which answers carry too. */
  public String traceparent() {
    return TraceContextFormat.traceparent(context, randomId());
  }

  /** The trace id of a caller whose trace was restarted, lower-case hex, or null. */
  public @Nullable String clientTraceId() {
    return candidate == null || !isRestarted()
        ? null
        : LowerHex.traceId(candidate.traceIdHigh(), candidate.traceIdLow());
  }

  /** The ids of a caller whose trace was restarted, {@code traceid-spanid}, or null. */
  public @Nullable String formerIds() {
    return candidate == null || !isRestarted()
        ? null
        : LowerHex.ids(candidate.traceIdHigh(), candidate.traceIdLow(), candidate.spanId());
  }

  private boolean isRestarted() {
    return candidate != null && !continued && candidate.hasIds();
  }

  /** The caller's, when its trace goes on. */
  @Override
  public @Nullable String traceState() {
    return continued && candidate != null ? candidate.traceState() : null;
  }

  /** Ours are random; of a caller's it is known only when it says so. */
  @Override
  public boolean randomId() {
    return candidate == null || !continued || candidate.randomId();
  }
}
