package dev.headwater.gateway.trace;

import dev.headwater.gateway.pipeline.ClientIdentity;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Stage;
import dev.headwater.gateway.pipeline.TlsFacts;
import dev.headwater.routes.Route;
import dev.headwater.routes.TracingPolicy;
import dev.headwater.routes.TrustPolicy;
import dev.headwater.routes.TrustedIdentities;
import dev.headwater.sampling.Sampler;
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
  private final boolean takes;

  /** A gate in front of {@code next}. */
  public SamplingGate(TraceStarter starter, Stage next) {
    this(starter, next, true);
  }

  private SamplingGate(TraceStarter starter, Stage next, boolean takes) {
    this.starter = starter;
    this.next = next;
    this.takes = takes;
  }

  /** A gate that decides as it stands at this moment, and takes nothing from caps and tokens. */
  public static SamplingGate rehearsal(TraceStarter starter, Stage next) {
    return new SamplingGate(starter, next, false);
  }

  @Override
  public void handle(Exchange exchange) {
    TracingPolicy policy = exchange.snapshot().configuration().tracing();
    exchange.trust(trust(exchange, policy(exchange))); // guards a mesh's routing, tracing or not
    if (policy.enabled()) {
      exchange.forced(takes ? ForcedTrace.ask(exchange) : ForcedTrace.rehearse(exchange));
      CallerCommands.apply(exchange);
      Sampler sampler = exchange.snapshot().sampler();
      TraceStart start = starter.start(exchange, takes ? sampler : sampler.preview());
      exchange.trace(start);
      exchange.loop().metrics().decision(start.decision());
    }
    ExitCounts.recorder(exchange).started();
    var refusal = exchange.refusal();
    if (refusal != null) {
      exchange.fail(refusal);
    } else {
      next.handle(exchange);
    }
  }

  /**
   * What the caller's headers are worth: full trust needs the TCP peer to be listed and, where a
   * PROXY header or forwarded fields were believed, the clients that these name as well.
   */
  private static TrustMode trust(Exchange exchange, TrustPolicy policy) {
    return inside(policy.trusted(), exchange) || isKnown(policy.identities(), exchange)
        ? TrustMode.TRUST
        : policy.strangers();
  }

  private static TrustPolicy policy(Exchange exchange) {
    Route route = exchange.matched();
    TrustPolicy own = route == null ? null : route.trace();
    return own == null ? exchange.listener().trace() : own;
  }

  /** Whether it is the matched route that says whom to trust, and not the listener. */
  public static boolean isOfRoute(Exchange exchange) {
    Route route = exchange.matched();
    return route != null && route.trace() != null;
  }

  /** Whether a certificate that was verified names somebody who is trusted. */
  private static boolean isKnown(TrustedIdentities trusted, Exchange exchange) {
    TlsFacts tls = exchange.session().tls();
    ClientIdentity identity = tls == null ? null : tls.identity();
    return identity != null && trusted.containsAny(identity.names());
  }

  /** Whether everybody who counts as the caller is listed. */
  static boolean inside(NetworkSet listed, Exchange exchange) {
    return !listed.isEmpty()
        && exchange.session().isFrom(listed)
        && listed.contains(exchange.caller().ip());
  }
}
