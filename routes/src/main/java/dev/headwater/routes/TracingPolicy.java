package dev.headwater.routes;

import dev.headwater.sampling.SamplingPolicy;
import dev.headwater.sampling.force.ForceKey;
import dev.headwater.sampling.force.ForcePolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Identity, sampling, propagation and reporting of traces.
 *
 * @param enabled when false trace headers pass untouched, and there are no ids and no spans
 * @param service {@code localEndpoint.serviceName} of our spans
 * @param propagation which headers are read and written
 * @param requestId about {@code X-Request-ID}
 * @param sampling the policy in force
 * @param samplingGiven whether sampling was configured at all, or is the default
 * @param samplingFrom file that {@code sampling} was read from, or null
 * @param report collectors
 * @param store the embedded trace store, or null for none
 * @param spans what a span may hold
 * @param response what the client is told of its trace
 */
public record TracingPolicy(
    boolean enabled,
    String service,
    PropagationPolicy propagation,
    RequestIdPolicy requestId,
    SamplingPolicy sampling,
    boolean samplingGiven,
    @Nullable String samplingFrom,
    List<SinkPolicy> report,
    @Nullable StorePolicy store,
    SpanPolicy spans,
    ResponseTracePolicy response) {
  public TracingPolicy {
    report = List.copyOf(report);
  }

  /** This policy with the sampling and the sinks of others. */
  public TracingPolicy with(
      SamplingPolicy other, List<SinkPolicy> sinks, @Nullable StorePolicy otherStore) {
    return new TracingPolicy(
        enabled,
        service,
        propagation,
        requestId,
        other,
        samplingGiven,
        samplingFrom,
        sinks,
        otherStore,
        spans,
        response);
  }

  /** This policy with sampling that somebody gave. */
  public TracingPolicy given(SamplingPolicy other) {
    return new TracingPolicy(
        enabled,
        service,
        propagation,
        requestId,
        other,
        true,
        samplingFrom,
        report,
        store,
        spans,
        response);
  }

  /** This policy with tracing off. */
  public TracingPolicy off() {
    return new TracingPolicy(
        false,
        service,
        propagation,
        requestId,
        sampling,
        samplingGiven,
        samplingFrom,
        report,
        store,
        spans,
        response);
  }

  /** This policy with the key that force tokens are signed with, where anybody may force. */
  public TracingPolicy with(@Nullable ForceKey key) {
    ForcePolicy force = sampling.force();
    return force == null ? this : with(sampling.with(force.with(key)), report, store);
  }

  /** Whether our spans have anywhere to go. */
  public boolean hasSink() {
    return !report.isEmpty() || store != null;
  }
}
