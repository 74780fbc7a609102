package dev.headwater.sampling.propagation;

import brave.propagation.Propagation.Setter;
import brave.propagation.TraceContext;
import java.util.List;

/**
 * Writes a trace context into the headers of a request that leaves.
 *
 * <p>Every configured format is written with the same ids, whatever the caller spoke: what a mesh
 * reads must not depend on who called. Names come in their usual spelling ({@code X-B3-TraceId});
 * values are lower-case hexadecimal. An unsampled context says so ({@code X-B3-Sampled: 0}) and
 * carries its ids, so that nobody behind decides again and logs still correlate. Remove what {@link
 * KnownTraceHeaders} knows first.
 *
 * <p>Costs one string per value. Immutable, safe from any thread.
 */
public final class TraceInjector {
  private final WireFormat[] formats;
  private final boolean parentId;

  private TraceInjector(List<TraceFormat> formats, boolean parentId) {
    this.formats = formats.stream().distinct().map(WireFormat::of).toArray(WireFormat[]::new);
    this.parentId = parentId;
  }

  /**
   * An injector of these formats; an empty list writes nothing.
   *
   * @param parentId whether B3 carries the parent's id; keep it off towards a Linkerd mesh, whose
   *     proxies replace the span id and leave a stale parent beside it
   */
  public static TraceInjector of(List<TraceFormat> formats, boolean parentId) {
    return new TraceInjector(formats, parentId);
  }

  /**
   * Writes {@code context} into {@code request}.
   *
   * @param w3c what only W3C writes beside it
   */
  public <R> void inject(TraceContext context, W3cFields w3c, Setter<R, String> setter, R request) {
    for (WireFormat format : formats) {
      format.write(context, w3c, parentId, setter, request);
    }
  }
}
