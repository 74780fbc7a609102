package dev.headwater.gateway.balance;

import dev.headwater.gateway.fail.GatewayFailure;
import dev.headwater.gateway.metrics.EndpointRecorder;
import dev.headwater.gateway.metrics.LoopMetrics;
import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.gateway.pipeline.AttemptStage;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.routes.Endpoint;
import dev.headwater.routes.Route;
import dev.headwater.routes.StickyPolicy;
import dev.headwater.routes.Upstream;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Chooses the endpoint of an attempt, by the upstream's way of balancing; endpoints that failed
 * this exchange before are taken only when no other is left. Requests in flight are counted on this
 * loop alone. Confined to it.
 */
public final class Balancer implements AttemptStage {
  private final LoopMetrics metrics;
  private final AttemptStage next;
  private final Map<Upstream, Choice> choices = new IdentityHashMap<>();

  /** A balancer in front of {@code next}. */
  public Balancer(LoopMetrics metrics, AttemptStage next) {
    this.metrics = metrics;
    this.next = next;
  }

  @Override
  public void handle(Attempt attempt) {
    Upstream upstream = attempt.upstream();
    if (upstream.endpoints().isEmpty()) {
      attempt.sink().failed(attempt, new GatewayFailure.Unavailable("no_endpoint"));
      return;
    }
    Choice choice = choice(upstream);
    int chosen = choose(choice, attempt.exchange(), upstream);
    attempt.endpoint(upstream.endpoints().get(chosen), choice.recorder(chosen));
    next.handle(attempt);
  }

  private static int choose(Choice choice, Exchange exchange, Upstream upstream) {
    Route route = exchange.requireRoute();
    StickyPolicy sticky = route.sticky();
    return sticky != null && sticksAt(upstream, route)
        ? Sticking.choose(sticky, choice, exchange, upstream.name())
        : choice.next(exchange.attempts());
  }

  private static boolean sticksAt(Upstream upstream, Route route) {
    return route.steering().sticks() || route.to().get(0).upstream().equals(upstream.name());
  }

  private Choice choice(Upstream upstream) {
    Choice found = choices.get(upstream);
    if (found == null) {
      // Upstreams are values of a snapshot: after some reloads the old ones are let go.
      if (choices.size() > 4096) {
        choices.clear();
      }
      EndpointRecorder[] recorders =
          upstream.endpoints().stream()
              .map(endpoint -> metrics.endpoint(upstream.name(), endpoint.toString()))
              .toArray(EndpointRecorder[]::new);
      found =
          new Choice(upstream.endpoints().toArray(new Endpoint[0]), recorders, upstream.balance());
      choices.put(upstream, found);
    }
    return found;
  }
}
