package dev.headwater.gateway.explain;

import dev.headwater.gateway.explain.Explanation.Sampling;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.routes.Upstream;
import dev.headwater.sampling.Decision;
import dev.headwater.sampling.propagation.TraceStart;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a request comes out, whatever its new ids will be. The request path is tried twice on
 * scripted numbers: once on the id that every rate above 0 keeps, once on the one that every rate
 * below 1 drops. Where both agree the decision is certain, elsewhere it is a matter of chance; a
 * given trace id takes the place of both.
 */
final class Outcome {
  private static final long KEPT_FIRST = 1;
  private static final long DROPPED_FIRST = Long.MIN_VALUE;
  private static final long OTHER_IDS = 0x5d5d_5d5d_5d5d_5d5dL;

  private final Trial kept;
  private final Trial dropped;
  private final @Nullable String traceId;

  private Outcome(Trial kept, Trial dropped, @Nullable String traceId) {
    this.kept = kept;
    this.dropped = dropped;
    this.traceId = traceId;
  }

  /**
   * Tries the request path.
   *
   * @param opened makes an exchange of the request, a fresh one each time
   * @param chooser the upstream of a request whose route has some
   * @param traceId for the trace that may begin, or null
   */
  static Outcome of(
      Supplier<Exchange> opened,
      Function<Exchange, @Nullable Upstream> chooser,
      @Nullable String traceId) {
    Trial kept = Trial.of(opened.get(), numbers(KEPT_FIRST, traceId), chooser);
    if (traceId != null && kept.isContinued()) {
      // Its ids are its caller's, and what is drawn for it nobody knows beforehand.
      return of(opened, chooser, null);
    }
    Trial dropped = Trial.of(opened.get(), numbers(DROPPED_FIRST, traceId), chooser);
    return new Outcome(kept, dropped, traceId);
  }

  /** The request as it stands behind the last stage, when its trace is kept. */
  Trial trial() {
    return kept;
  }

  Sampling sampling() {
    TraceStart start = kept.start();
    if (start == null) {
      return new Sampling(false, "none", "off", Double.NaN);
    }
    Decision decision = start.decision();
    return new Sampling(
        undecided() ? null : decision.sampled(),
        decision.rule(),
        decision.reason().label(),
        decision.rate());
  }

  /** Headers for the upstream; those that depend on chance say both. */
  Map<String, String> headers(@Nullable String givenRequestId) {
    Map<String, String> whenKept = UpstreamHeaders.of(kept, traceId, givenRequestId);
    if (undecided()) {
      UpstreamHeaders.of(dropped, traceId, givenRequestId)
          .forEach((name, value) -> whenKept.merge(name, value, Outcome::either));
    }
    return whenKept;
  }

  private boolean undecided() {
    TraceStart one = kept.start();
    TraceStart other = dropped.start();
    return one != null && other != null && one.decision().sampled() != other.decision().sampled();
  }

  private static String either(String one, String other) {
    return one.equals(other) ? one : one + " or " + other;
  }

  /** The first number decides, as it is the low half of a new trace id. */
  private static LongSupplier numbers(long first, @Nullable String traceId) {
    long[] next = {traceId == null ? first : low(traceId), OTHER_IDS};
    return () -> {
      long number = next[0];
      next[0] = next[1]++;
      return number;
    };
  }

  private static long low(String traceId) {
    return Long.parseUnsignedLong(traceId.substring(traceId.length() - 16), 16);
  }
}
