package dev.headwater.gateway.trace;

import brave.propagation.TraceContext;
import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.gateway.pipeline.AttemptStage;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.routes.ListenerPropagation;
import dev.headwater.routes.PropagationPolicy;
import dev.headwater.routes.Upstream;
import dev.headwater.sampling.propagation.TraceFormat;
import dev.headwater.sampling.propagation.TraceInjector;
import dev.headwater.sampling.propagation.TraceStart;
import dev.headwater.sampling.propagation.TraceStarter;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives each attempt the id of its CLIENT span and the headers that carry it. Below the retry loop,
 * so that no two attempts share an id. Confined to one loop.
 */
public final class AttemptSpan implements AttemptStage {
  private final TraceStarter starter;
  private final AttemptStage next;
  private final Map<List<TraceFormat>, TraceInjector> withParent = new IdentityHashMap<>();
  private final Map<List<TraceFormat>, TraceInjector> withoutParent = new IdentityHashMap<>();
  private @Nullable PropagationPolicy known;

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
      PropagationPolicy policy = exchange.snapshot().configuration().tracing().propagation();
      injector(policy, exchange.listener().propagation(), attempt.upstream())
          .inject(client, trace, RequestFields.SETTER, attempt.injected());
      String header = policy.formerIds();
      String former = header == null ? null : trace.formerIds();
      if (header != null && former != null) {
        attempt.injected().add(header, former);
      }
    }
    next.handle(attempt);
  }

  /** One for each list of formats; lists are values of a snapshot, and go with it. */
  @SuppressWarnings("ReferenceEquality") // The policy of the same snapshot, not one like it.
  private TraceInjector injector(
      PropagationPolicy policy, ListenerPropagation listener, Upstream upstream) {
    if (policy != known) {
      known = policy;
      withParent.clear();
      withoutParent.clear();
    }
    boolean parentId = policy.parentId(upstream);
    Map<List<TraceFormat>, TraceInjector> injectors = parentId ? withParent : withoutParent;
    List<TraceFormat> formats = policy.inject(listener, upstream);
    TraceInjector found = injectors.get(formats);
    if (found == null) {
      found = TraceInjector.of(formats, parentId);
      injectors.put(formats, found);
    }
    return found;
  }
}
