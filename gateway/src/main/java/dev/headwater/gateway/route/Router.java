package dev.headwater.gateway.route;

import dev.headwater.gateway.fail.GatewayFailure;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Stage;
import dev.headwater.routes.Route;

/**
 * Looks the route up in the exchange's snapshot. Without one the exchange goes on as far as the
 * sampling gate, so that a 404 is traced like any other answer.
 */
public final class Router implements Stage {
  private final Stage next;

  /** A router in front of {@code next}. */
  public Router(Stage next) {
    this.next = next;
  }

  @Override
  public void handle(Exchange exchange) {
    if (exchange.refusal() == null) {
      Route found = exchange.snapshot().table().find(exchange);
      exchange.matched(found);
      if (found == null) {
        exchange.refuse(new GatewayFailure.NoRoute());
      }
    }
    exchange.timeline().routed(exchange.loop().now());
    next.handle(exchange);
  }
}
