package dev.headwater.routes;

import dev.headwater.sampling.baggage.BaggagePolicy;
import dev.headwater.sampling.propagation.TraceFormat;
import dev.headwater.sampling.propagation.Unsampled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which trace headers are read and written where neither listener nor upstream say otherwise.
 *
 * @param extract formats read from callers, the first that is present counts
 * @param inject formats written to upstreams, with the same ids in each
 * @param parentId whether {@code X-B3-ParentSpanId} (or its part of {@code b3}) is written; it goes
 *     stale behind a Linkerd proxy
 * @param unsampled what an unsampled {@code traceparent} of a trusted caller means
 * @param formerIds header, lower case, that tells upstreams the ids of a stranger whose trace was
 *     restarted; null for none
 * @param baggage what passes of a trusted caller's baggage
 */
public record PropagationPolicy(
    List<TraceFormat> extract,
    List<TraceFormat> inject,
    boolean parentId,
    Unsampled unsampled,
    @Nullable String formerIds,
    BaggagePolicy baggage) {
  /** Reads B3 (single, then multi), W3C and Linkerd 1; writes multi-header B3 without a parent. */
  public static final PropagationPolicy DEFAULT =
      new PropagationPolicy(
          TraceFormat.DEFAULT_EXTRACT,
          TraceFormat.DEFAULT_INJECT,
          false,
          Unsampled.INHERIT,
          null,
          BaggagePolicy.NONE);

  public PropagationPolicy {
    extract = List.copyOf(extract);
    inject = List.copyOf(inject);
  }

  /** The formats read from callers of a listener: its own, or else these. */
  public List<TraceFormat> extract(ListenerPropagation listener) {
    List<TraceFormat> own = listener.extract();
    return own == null ? extract : own;
  }

  /** The formats written to an upstream: its own, or else the listener's, or else these. */
  public List<TraceFormat> inject(ListenerPropagation listener, Upstream upstream) {
    List<TraceFormat> own = upstream.inject() == null ? listener.inject() : upstream.inject();
    return own == null ? inject : own;
  }

  /** Whether B3 towards an upstream carries the parent's id. */
  public boolean parentId(Upstream upstream) {
    Boolean own = upstream.parentId();
    return own == null ? parentId : own;
  }
}
