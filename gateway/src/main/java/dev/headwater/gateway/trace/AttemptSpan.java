package dev.headwater.gateway.trace;

import brave.propagation.TraceContext;
import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.gateway.pipeline.AttemptStage;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.routes.PropagationPolicy;
import dev.headwater.sampling.propagation.TraceFormat;
import dev.headwater.sampling.propagation.TraceInjector;
import dev.headwater.sampling.propagation.TraceStart;
import dev.headwater.sampling.propagation.TraceStarter;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives each attempt the id of its CLIENT span and the headers that carry it. Below the retry loop,
 * so that no two attempts share an id. Confined to one loop.
 */
public final class AttemptSpan implements AttemptStage {
  private final TraceStarter starter;
  private final AttemptStage next;
  private final Map<List<TraceFormat>, TraceInjector> injectors = new IdentityHashMap<>();

  /** In front of {@code next}. */
  public AttemptSpan(TraceStarter starter, AttemptStage next) {
    this.starter = starter;
    this.next = next;
  }

  @Override
  public void handle(Attempt attempt) {
    Exchange exchange = attempt.exchange();
    TraceStart trace = exchange.trace();
    if (trace != null) {
      TraceContext client = starter.child(trace.context());
      attempt.spanId(client.spanId());
      injector(attempt)
          .inject(client, trace.traceState(), RequestFields.SETTER, attempt.injected());
    }
    next.handle(attempt);
  }

  private TraceInjector injector(Attempt attempt) {
    PropagationPolicy policy =
        attempt.exchange().snapshot().configuration().tracing().propagation();
    List<TraceFormat> own = attempt.upstream().inject();
    List<TraceFormat> formats = own == null ? policy.inject() : own;
    TraceInjector found = injectors.get(formats);
    if (found == null) {
      // Lists are values of a snapshot: after some reloads the old ones are let go.
      if (injectors.size() > 64) {
        injectors.clear();
      }
      found = TraceInjector.of(formats, policy.parentId());
      injectors.put(formats, found);
    }
    return found;
  }
}
