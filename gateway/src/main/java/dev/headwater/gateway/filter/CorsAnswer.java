package dev.headwater.gateway.filter;

import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.ResponseHead;
import dev.headwater.gateway.pipeline.Stage;
import dev.headwater.routes.CorsPolicy;

/**
 * Answers browsers that ask what a page of another origin may do; passes other requests on. What
 * every answer tells such a page is set with {@link #tell}. Stateless.
 */
public final class CorsAnswer implements Stage {
  private static final String ORIGIN = "Origin";

  private final Stage next;

  /** In front of {@code next}. */
  public CorsAnswer(Stage next) {
    this.next = next;
  }

  @Override
  public void handle(Exchange exchange) {
    CorsPolicy policy = exchange.requireRoute().cors();
    if (policy == null
        || !exchange.method().equals("OPTIONS")
        || policy.told(exchange.request().fields().get(ORIGIN)) == null) {
      next.handle(exchange);
      return;
    }
    Fields fields = new Fields();
    fields.add("Access-Control-Allow-Methods", policy.methods());
    fields.add("Access-Control-Allow-Headers", policy.headers());
    fields.add("Access-Control-Max-Age", Integer.toString(policy.maxAge()));
    exchange.respond(new ResponseHead(204, 0, fields));
    exchange.end(null);
  }

  /** Sets what the page that a request came from may do with its answer. */
  static void tell(CorsPolicy policy, Exchange exchange, Fields fields) {
    if (!policy.origins().isEmpty()) {
      // A cache must not serve what one origin was told, or not told, to another (RFC 9110 12.5.5).
      fields.add("Vary", ORIGIN);
    }
    String told = policy.told(exchange.request().fields().get(ORIGIN));
    if (told == null) {
      return;
    }
    fields.set("Access-Control-Allow-Origin", told);
    if (policy.credentials()) {
      fields.set("Access-Control-Allow-Credentials", "true");
    }
    String exposed = policy.exposed();
    if (exposed != null) {
      fields.set("Access-Control-Expose-Headers", exposed);
    }
  }
}
