package dev.headwater.gateway.filter;

import dev.headwater.gateway.fail.GatewayFailure;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Stage;

/** Turns clients away whose address may not in; passes the others on. Stateless. */
public final class AddressGate implements Stage {
  private final Stage next;

  /** In front of {@code next}. */
  public AddressGate(Stage next) {
    this.next = next;
  }

  @Override
  public void handle(Exchange exchange) {
    if (exchange.requireRoute().access().admits(exchange.caller().ip())) {
      next.handle(exchange);
    } else {
      exchange.fail(new GatewayFailure.NotAllowed());
    }
  }
}
