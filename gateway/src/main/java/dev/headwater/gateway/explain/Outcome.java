package dev.headwater.gateway.explain;

import brave.propagation.TraceContext;
import dev.headwater.gateway.explain.Explanation.Sampling;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.trace.CallerCommands;
import dev.headwater.gateway.trace.ForcedTrace;
import dev.headwater.routes.ListenerPropagation;
import dev.headwater.routes.PropagationPolicy;
import dev.headwater.routes.Upstream;
import dev.headwater.sampling.Decision;
import dev.headwater.sampling.propagation.TraceInjector;
import dev.headwater.sampling.propagation.TraceStart;
import dev.headwater.sampling.propagation.TraceStarter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the start of a trace comes out, whatever its new ids will be. The code that serves requests
 * is run twice on scripted numbers: once on the id that every rate above 0 keeps, once on the one
 * that every rate below 1 drops. Where both agree the decision is certain, elsewhere it is a matter
 * of chance; a given trace id takes the place of both.
 */
final class Outcome {
  private static final long KEPT_FIRST = 1;
  private static final long DROPPED_FIRST = Long.MIN_VALUE;
  private static final long OTHER_IDS = 0x5d5d_5d5d_5d5d_5d5dL;

  private final TraceStarter starter = new TraceStarter(this::next, () -> 0x5c5c_5c5cL);
  private final TraceStart kept;
  private final TraceStart dropped;
  private final @Nullable String traceId;
  private final boolean continued;
  private long first;
  private long later;

  Outcome(Exchange exchange, Trust trust, @Nullable String traceId) {
    continued = trust.continuesIds();
    this.traceId = continued ? null : traceId;
    kept = start(exchange, trust, KEPT_FIRST);
    dropped = start(exchange, trust, DROPPED_FIRST);
  }

  /** The start of the trace when it is kept. */
  TraceStart start() {
    return kept;
  }

  Sampling sampling() {
    Decision decision = kept.decision();
    return new Sampling(
        undecided() ? null : decision.sampled(),
        decision.rule(),
        decision.reason().label(),
        decision.rate());
  }

  /** Trace headers for this upstream; ids that do not exist yet are named instead of made up. */
  Map<String, String> headers(
      PropagationPolicy propagation, ListenerPropagation listener, @Nullable Upstream upstream) {
    TraceInjector injector =
        upstream == null
            ? TraceInjector.of(propagation.inject(), propagation.parentId())
            : TraceInjector.of(
                propagation.inject(listener, upstream), propagation.parentId(upstream));
    Map<String, String> whenKept = inject(injector, kept);
    if (undecided()) {
      inject(injector, dropped)
          .forEach((name, value) -> whenKept.merge(name, value, Outcome::either));
    }
    String former = kept.formerIds();
    if (propagation.formerIds() != null && former != null) {
      whenKept.put(propagation.formerIds(), former);
    }
    return whenKept;
  }

  private boolean undecided() {
    return kept.decision().sampled() != dropped.decision().sampled();
  }

  private Map<String, String> inject(TraceInjector injector, TraceStart start) {
    Map<String, String> headers = new LinkedHashMap<>();
    TraceContext child = starter.child(start.context());
    injector.inject(child, start, Map::put, headers);
    headers.replaceAll((name, value) -> named(value, start.context(), child));
    return headers;
  }

  private String named(String value, TraceContext server, TraceContext child) {
    String trace = continued ? server.traceIdString() : traceId == null ? "<trace id>" : padded();
    // The low half of a new trace id is also our span's id, so the trace id waits for its turn.
    return value
        .replace(server.traceIdString(), "\0")
        .replace(child.spanIdString(), "<span id>")
        .replace(server.spanIdString(), "<parent id>")
        .replace("\0", trace);
  }

  private String padded() {
    return traceId == null ? "" : traceId.length() == 16 ? "<16 digits>" + traceId : traceId;
  }

  private static String either(String one, String other) {
    return one.equals(other) ? one : one + " or " + other;
  }

  private TraceStart start(Exchange exchange, Trust trust, long low) {
    first = traceId == null ? low : low(traceId);
    later = OTHER_IDS;
    exchange.candidate(trust.candidate());
    exchange.trust(trust.mode());
    exchange.forced(ForcedTrace.rehearse(exchange));
    CallerCommands.apply(exchange);
    return starter.start(exchange, exchange.snapshot().sampler().preview());
  }

  /** The first number decides, as it is the low half of a new trace id. */
  private long next() {
    if (first != 0) {
      long number = first;
      first = 0;
      return number;
    }
    return later++;
  }

  private static long low(String traceId) {
    return Long.parseUnsignedLong(traceId.substring(traceId.length() - 16), 16);
  }
}
