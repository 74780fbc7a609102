package dev.headwater.gateway.trace;

import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.FieldName;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.Stage;
import dev.headwater.routes.TracingPolicy;
import dev.headwater.sampling.propagation.TraceExtractor;
import dev.headwater.sampling.propagation.TraceFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses the caller's trace headers into a candidate. Decides nothing: what it is worth depends on
 * the route, which is not known yet. Confined to one loop.
 */
public final class TraceEntry implements Stage {
  private final Stage next;
  private @Nullable List<TraceFormat> order;
  private TraceExtractor extractor = TraceExtractor.of(List.of());

  /** An entry in front of {@code next}. */
  public TraceEntry(Stage next) {
    this.next = next;
  }

  @Override
  public void handle(Exchange exchange) {
    TracingPolicy policy = exchange.snapshot().configuration().tracing();
    Fields fields = exchange.request().fields();
    if (policy.enabled() && fields.has(FieldName.TRACE)) {
      exchange.candidate(
          extractor(policy)
              .extract(
                  RequestFields.GETTER,
                  fields,
                  format -> exchange.loop().metrics().malformedTraceContext()));
    }
    next.handle(exchange);
  }

  private TraceExtractor extractor(TracingPolicy policy) {
    List<TraceFormat> wanted = policy.propagation().extract();
    if (wanted != order) {
      order = wanted;
      extractor = TraceExtractor.of(wanted);
    }
    return extractor;
  }
}
