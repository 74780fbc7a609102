package dev.headwater.gateway.filter;

import dev.headwater.gateway.fail.GatewayFailure;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Stage;
import dev.headwater.routes.PathRewrite;
import dev.headwater.routes.match.NormalPath;

/**
 * Gives the upstream another path, where the route says so; passes other requests on as they are.
 * What comes of the client's text in its new place is judged by the rules that its old one was
 * judged by; what they do not let pass is answered and not sent. Stateless.
 */
public final class PathRewriting implements Stage {
  private final Stage next;

  /** In front of {@code next}. */
  public PathRewriting(Stage next) {
    this.next = next;
  }

  @Override
  public void handle(Exchange exchange) {
    PathRewrite rewrite = exchange.requireRoute().rewrite();
    String path = exchange.request().path();
    // OPTIONS * asks about no path.
    if (rewrite == null || !path.startsWith("/")) {
      next.handle(exchange);
      return;
    }
    String made = rewrite.of(path);
    if (made.length() > exchange.listener().limits().headBytes()) {
      exchange.fail(new GatewayFailure.Unservable(414, "rewritten_path_too_long"));
      return;
    }
    NormalPath read = NormalPath.assembled(made, exchange.listener().encodedSlash());
    if (read instanceof NormalPath.Normal normal) {
      exchange.upstreamPath(normal.path());
      next.handle(exchange);
    } else {
      exchange.fail(new GatewayFailure.Unservable(400, "rewritten_path"));
    }
  }
}
