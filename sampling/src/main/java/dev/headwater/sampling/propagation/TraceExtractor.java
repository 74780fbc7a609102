package dev.headwater.sampling.propagation;

import brave.propagation.Propagation.Getter;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a caller's headers claim about its trace; believes nothing.
 *
 * <p>Formats are tried in the configured order and the first valid one wins; the others are not
 * even compared. A malformed one is as if absent, and counted: when none is left the trace starts
 * anew, as in Brave.
 *
 * <p>The getter gives a repeated field joined by commas (brave's {@code RemoteGetter} rule), which
 * makes a duplicated trace header malformed and a {@code tracestate} in parts whole. Values are
 * parsed in place: a request without trace headers costs the look-ups, one with them a candidate.
 * Immutable, safe from any thread.
 */
public final class TraceExtractor {
  private final TraceFormat[] order;
  private final WireFormat[] formats;

  private TraceExtractor(List<TraceFormat> order, Unsampled unsampled) {
    this.order = order.toArray(new TraceFormat[0]);
    this.formats =
        order.stream().map(format -> reading(format, unsampled)).toArray(WireFormat[]::new);
  }

  private static WireFormat reading(TraceFormat format, Unsampled unsampled) {
    return format == TraceFormat.TRACECONTEXT && unsampled == Unsampled.DECIDE
        ? TraceContextFormat.DECIDING
        : WireFormat.of(format);
  }

  /** An extractor that tries these formats in this order; an empty list reads nothing. */
  public static TraceExtractor of(List<TraceFormat> order) {
    return of(order, Unsampled.INHERIT);
  }

  /**
   * The same.
   *
   * @param unsampled what an unsampled {@code traceparent} is read as
   */
  public static TraceExtractor of(List<TraceFormat> order, Unsampled unsampled) {
    return new TraceExtractor(order, unsampled);
  }

  /** The first valid claim, or null. */
  public <R> @Nullable TraceCandidate extract(Getter<R, String> getter, R request) {
    return extract(getter, request, TraceExtractor::uncounted);
  }

  /**
   * The first valid claim, or null.
   *
   * @param malformed told, on the calling thread, each format whose headers were there and wrong
   */
  @SuppressWarnings("ReferenceEquality") // MALFORMED is one object, a marker and not a value.
  public <R> @Nullable TraceCandidate extract(
      Getter<R, String> getter, R request, Consumer<? super TraceFormat> malformed) {
    for (int i = 0; i < formats.length; i++) {
      TraceCandidate candidate = formats[i].read(getter, request);
      if (candidate == WireFormat.MALFORMED) {
        malformed.accept(order[i]);
      } else if (candidate != null) {
        return candidate;
      }
    }
    return null;
  }

  private static void uncounted(TraceFormat format) {}
}
