package dev.headwater.gateway.admission;

import dev.headwater.gateway.fail.GatewayFailure;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Stage;
import dev.headwater.routes.ClientLimits;
import dev.headwater.routes.Route;

/**
 * Turns requests away of clients that take more than their share; passes the others on. Requests
 * that the gateway answers itself cost no backend anything and are not counted. Nothing waits here.
 */
public final class ClientGate implements Stage {
  private final ClientUse use;
  private final Stage next;

  /** In front of {@code next}. */
  public ClientGate(ClientUse use, Stage next) {
    this.use = use;
    this.next = next;
  }

  @Override
  public void handle(Exchange exchange) {
    Route route = exchange.requireRoute();
    ClientLimits limits = route.limits().perClient();
    byte[] address = exchange.caller().ip();
    if (limits == null || route.respond() != null || limits.exempt().contains(address)) {
      next.handle(exchange);
    } else if (!use.passes(limits, address, exchange.loop().now())) {
      exchange.fail(new GatewayFailure.TooMany(limits.rateStatus(), "client_rate"));
    } else if (limits.inFlight() > 0 && !use.enter(limits, address)) {
      exchange.fail(new GatewayFailure.TooMany(limits.inFlightStatus(), "client_in_flight"));
    } else {
      if (limits.inFlight() > 0) {
        exchange.admitted(() -> use.leave(limits, address));
      }
      next.handle(exchange);
    }
  }
}
