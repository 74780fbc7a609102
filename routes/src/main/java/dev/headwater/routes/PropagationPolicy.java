package dev.headwater.routes;

import dev.headwater.sampling.propagation.TraceFormat;
import java.util.List;

/**
 * Which trace headers are read and written.
 *
 * @param extract formats read from callers, the first that is present counts
 * @param inject formats written to upstreams, with the same ids in each
 * @param parentId whether {@code X-B3-ParentSpanId} (or its part of {@code b3}) is written; it goes
 *     stale behind a Linkerd proxy
 */
public record PropagationPolicy(
    List<TraceFormat> extract, List<TraceFormat> inject, boolean parentId) {
  /** Reads B3 (single, then multi) and W3C; writes multi-header B3 without a parent. */
  public static final PropagationPolicy DEFAULT =
      new PropagationPolicy(TraceFormat.DEFAULT_EXTRACT, TraceFormat.DEFAULT_INJECT, false);

  public PropagationPolicy {
    extract = List.copyOf(extract);
    inject = List.copyOf(inject);
  }
}
