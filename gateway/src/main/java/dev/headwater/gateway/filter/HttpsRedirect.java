package dev.headwater.gateway.filter;

import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.FieldName;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.RequestHead;
import dev.headwater.gateway.pipeline.ResponseHead;
import dev.headwater.gateway.pipeline.Stage;

/**
 * Sends requests in clear to https, where their route says so; passes the others on. Stateless.
 *
 * <p>What counts is how the client came, also behind a trusted proxy that ended its TLS: the fields
 * for the upstream, made before, say it in X-Forwarded-Proto.
 */
public final class HttpsRedirect implements Stage {
  private final Stage next;

  /** In front of {@code next}. */
  public HttpsRedirect(Stage next) {
    this.next = next;
  }

  @Override
  public void handle(Exchange exchange) {
    int status = exchange.requireRoute().https().redirect();
    RequestHead request = exchange.request();
    // Without a host, or for OPTIONS *, there is nowhere to send a client to.
    if (status == 0
        || request.host().isEmpty()
        || !request.upstreamTarget().startsWith("/")
        || isSecure(exchange)) {
      next.handle(exchange);
      return;
    }
    Fields fields = new Fields();
    fields.add("Location", "https://" + request.host() + request.upstreamTarget());
    exchange.respond(new ResponseHead(status, 0, fields));
    exchange.end(null);
  }

  /** Whether the client itself speaks TLS. */
  static boolean isSecure(Exchange exchange) {
    String scheme = exchange.outgoing().get(FieldName.X_FORWARDED_PROTO);
    if (scheme == null) {
      return exchange.session().tls() != null;
    }
    int comma = scheme.indexOf(',');
    String first = (comma < 0 ? scheme : scheme.substring(0, comma)).strip();
    return first.equalsIgnoreCase("https") || first.equalsIgnoreCase("wss");
  }
}
