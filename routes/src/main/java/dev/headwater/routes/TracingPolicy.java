package dev.headwater.routes;

import dev.headwater.sampling.SamplingPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Identity, sampling, propagation and reporting of traces.
 *
 * @param enabled when false trace headers pass untouched, and there are no ids and no spans
 * @param service {@code localEndpoint.serviceName} of our spans
 * @param propagation which headers are read and written
 * @param envoyReason whether {@code X-Request-Id} carries our decision the way Envoy reads it
 * @param sampling the policy in force
 * @param samplingGiven whether sampling was configured at all, or is the default
 * @param samplingFrom file that {@code sampling} was read from, or null
 * @param report collectors
 * @param store the embedded trace store, or null for none
 * @param responseHeader header that carries the trace id back to the client, lower case, or null
 */
public record TracingPolicy(
    boolean enabled,
    String service,
    PropagationPolicy propagation,
    boolean envoyReason,
    SamplingPolicy sampling,
    boolean samplingGiven,
    @Nullable String samplingFrom,
    List<SinkPolicy> report,
    @Nullable StorePolicy store,
    @Nullable String responseHeader) {
  public TracingPolicy {
    report = List.copyOf(report);
  }

  /** Whether our spans have anywhere to go. */
  public boolean hasSink() {
    return !report.isEmpty() || store != null;
  }
}
