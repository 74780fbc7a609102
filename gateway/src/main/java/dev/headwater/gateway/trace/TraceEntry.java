package dev.headwater.gateway.trace;

import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.FieldName;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.Stage;
import dev.headwater.routes.ListenerPropagation;
import dev.headwater.routes.PropagationPolicy;
import dev.headwater.routes.TracingPolicy;
import dev.headwater.sampling.propagation.TraceExtractor;
import dev.headwater.sampling.propagation.TraceFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Parses the caller's trace headers into a candidate. Decides nothing: what it is worth depends on
 * the route, which is not known yet. Confined to one loop.
 */
public final class TraceEntry implements Stage {
  private final Stage next;
  private final BiConsumer<Exchange, TraceFormat> malformed;
  private final Map<List<TraceFormat>, TraceExtractor> extractors = new IdentityHashMap<>();
  private @Nullable PropagationPolicy known;

  /** An entry in front of {@code next}. */
  public TraceEntry(Stage next) {
    this(next, (exchange, format) -> exchange.loop().metrics().malformedTraceContext());
  }

  /**
   * An entry in front of {@code next}.
   *
   * @param malformed told each format whose headers are there and wrong
   */
  public TraceEntry(Stage next, BiConsumer<Exchange, TraceFormat> malformed) {
    this.next = next;
    this.malformed = malformed;
  }

  @Override
  public void handle(Exchange exchange) {
    TracingPolicy policy = exchange.snapshot().configuration().tracing();
    Fields fields = exchange.request().fields();
    if (policy.enabled() && fields.has(FieldName.TRACE)) {
      exchange.candidate(
          extractor(policy.propagation(), exchange.listener().propagation())
              .extract(RequestFields.GETTER, fields, format -> malformed.accept(exchange, format)));
    }
    next.handle(exchange);
  }

  /** One for each list of formats; lists are values of a snapshot, and go with it. */
  @SuppressWarnings("ReferenceEquality") // The policy of the same snapshot, not one like it.
  private TraceExtractor extractor(PropagationPolicy policy, ListenerPropagation listener) {
    if (policy != known) {
      known = policy;
      extractors.clear();
    }
    List<TraceFormat> order = policy.extract(listener);
    TraceExtractor found = extractors.get(order);
    if (found == null) {
      found = TraceExtractor.of(order, policy.unsampled());
      extractors.put(order, found);
    }
    return found;
  }
}
