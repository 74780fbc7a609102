package dev.headwater.sampling.propagation;

import brave.propagation.Propagation;
import brave.propagation.SamplingFlags;
import brave.propagation.TraceContext;
import brave.propagation.TraceContextOrSamplingFlags;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * {@link TraceExtractor} and {@link TraceInjector} as a brave propagation, so that brave's contract
 * runs against what ships. A test fixture, because the gateway needs no {@code Tracing}.
 *
 * <p>Joining is not supported: a caller's span id is never ours. What only W3C has a place for
 * travels in the context's extra data.
 */
final class TracePropagation extends Propagation.Factory implements Propagation<String> {
  private final TraceExtractor extractor;
  private final TraceInjector injector;
  private final List<String> keys;

  private TracePropagation(List<TraceFormat> extract, List<TraceFormat> inject, boolean parentId) {
    this.extractor = TraceExtractor.of(extract);
    this.injector = TraceInjector.of(inject, parentId);
    Set<String> names = new LinkedHashSet<>();
    inject.forEach(format -> names.addAll(WireFormat.of(format).names()));
    this.keys = List.copyOf(names);
  }

  /**
   * A propagation that reads {@code extract} in this order and writes all of {@code inject}.
   *
   * @param parentId whether B3 carries the parent's id
   */
  public static TracePropagation of(
      List<TraceFormat> extract, List<TraceFormat> inject, boolean parentId) {
    return new TracePropagation(extract, inject, parentId);
  }

  @Override
  public Propagation<String> get() {
    return this;
  }

  /** The names written, in the order of the formats. */
  @Override
  public List<String> keys() {
    return keys;
  }

  @Override
  public <R> TraceContext.Injector<R> injector(Setter<R, String> setter) {
    return (context, request) -> {
      Carried carried = context.findExtra(Carried.class);
      injector.inject(context, carried == null ? Carried.NOTHING : carried, setter, request);
    };
  }

  @Override
  public <R> TraceContext.Extractor<R> extractor(Getter<R, String> getter) {
    return request -> extracted(extractor.extract(getter, request));
  }

  private static TraceContextOrSamplingFlags extracted(TraceCandidate candidate) {
    if (candidate == null) {
      return TraceContextOrSamplingFlags.EMPTY;
    }
    if (!candidate.hasIds()) {
      return TraceContextOrSamplingFlags.create(flags(candidate.claim()));
    }
    TraceContext.Builder context =
        TraceContext.newBuilder()
            .traceIdHigh(candidate.traceIdHigh())
            .traceId(candidate.traceIdLow())
            .parentId(candidate.parentId())
            .spanId(candidate.spanId());
    switch (candidate.claim()) {
      case ACCEPT -> context.sampled(true);
      case DENY -> context.sampled(false);
      case DEBUG -> context.debug(true);
      case DEFER -> {}
    }
    if (candidate.traceState() != null || candidate.randomId()) {
      context.addExtra(new Carried(candidate.traceState(), candidate.randomId()));
    }
    return TraceContextOrSamplingFlags.create(context.build());
  }

  private static SamplingFlags flags(TraceCandidate.Claim claim) {
    return switch (claim) {
      case ACCEPT -> SamplingFlags.SAMPLED;
      case DENY -> SamplingFlags.NOT_SAMPLED;
      case DEBUG -> SamplingFlags.DEBUG;
      case DEFER -> SamplingFlags.EMPTY;
    };
  }

  /** A type of its own, so that no other propagation's extra data is mistaken for it. */
  private record Carried(String traceState, boolean randomId) implements W3cFields {
    static final Carried NOTHING = new Carried(null, false);
  }
}
