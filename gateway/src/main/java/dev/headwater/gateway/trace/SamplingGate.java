package dev.headwater.gateway.trace;

import dev.headwater.gateway.pipeline.ClientAddress;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Stage;
import dev.headwater.routes.Route;
import dev.headwater.routes.TracingPolicy;
import dev.headwater.routes.TrustPolicy;
import dev.headwater.sampling.network.NetworkSet;
import dev.headwater.sampling.propagation.TraceStart;
import dev.headwater.sampling.propagation.TraceStarter;
import dev.headwater.sampling.propagation.TrustMode;

/**
 * Decides, once for the whole trace. Behind the router, so that trust and rules can name a route.
 * An exchange that is to be refused is refused here, with its trace decided. Confined to one loop.
 */
public final class SamplingGate implements Stage {
  private final TraceStarter starter;
  private final Stage next;

  /** A gate in front of {@code next}. */
  public SamplingGate(TraceStarter starter, Stage next) {
    this.starter = starter;
    this.next = next;
  }

  @Override
  public void handle(Exchange exchange) {
    TracingPolicy policy = exchange.snapshot().configuration().tracing();
    Route route = exchange.matched();
    if (policy.enabled()) {
      TrustPolicy trust =
          route == null || route.trace() == null ? exchange.listener().trace() : route.trace();
      exchange.trust(trust(exchange, trust));
      exchange.forced(ForcedTrace.ask(exchange));
      CallerCommands.apply(exchange);
      TraceStart start = starter.start(exchange, exchange.snapshot().sampler());
      exchange.trace(start);
      exchange.loop().metrics().decision(start.decision());
    }
    exchange
        .loop()
        .metrics()
        .route(route == null ? dev.headwater.gateway.metrics.LoopMetrics.NO_ROUTE : route.name())
        .started();
    var refusal = exchange.refusal();
    if (refusal != null) {
      exchange.fail(refusal);
    } else {
      next.handle(exchange);
    }
  }

  /**
   * What the caller's headers are worth: full trust needs the TCP peer to be listed and, where
   * forwarded data was believed, the client that it names as well.
   */
  static TrustMode trust(Exchange exchange, TrustPolicy policy) {
    return trust(policy, exchange.peer(), exchange.caller());
  }

  /** The same rule for addresses alone, as {@code explain} asks it. */
  public static TrustMode trust(TrustPolicy policy, ClientAddress peer, ClientAddress caller) {
    return inside(policy.trusted(), peer, caller) ? TrustMode.TRUST : policy.strangers();
  }

  /** Whether everybody who counts as the caller is listed. */
  static boolean inside(NetworkSet listed, ClientAddress peer, ClientAddress caller) {
    return !listed.isEmpty()
        && listed.contains(peer.ip())
        && (caller == peer || listed.contains(caller.ip()));
  }
}
