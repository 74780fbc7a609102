package dev.headwater.gateway.admin;

import dev.headwater.sampling.network.IpLiteral;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Answers only requests that were meant for the admin address.
 *
 * <p>A page of a stranger can point a name of its own at loopback and have a browser ask us (DNS
 * rebinding); such a request carries the stranger's name. So Host must be an IP address, {@code
 * localhost}, or the configured host. A request that may change something must not come from
 * another site's page either: Origin, where there is one, must be the same host and port.
 */
final class HostGuard implements Handler<RoutingContext> {
  private final String configuredHost;

  HostGuard(String configuredHost) {
    this.configuredHost = configuredHost.toLowerCase(Locale.ROOT);
  }

  @Override
  public void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    String authority = request.getHeader("host");
    if (authority == null || !isOurs(hostOf(authority))) {
      refuse(
          context,
          "Host: "
              + authority
              + " is not this address (expected an IP address, localhost or "
              + configuredHost
              + ")");
    } else if (!sameSite(request.getHeader("origin"), authority)) {
      refuse(context, "Origin: " + request.getHeader("origin") + " (expected this address)");
    } else {
      context.next();
    }
  }

  private static void refuse(RoutingContext context, String why) {
    Texts.end(context, 403, why);
  }

  private boolean isOurs(String host) {
    return host.equals("localhost") || host.equals(configuredHost) || IpLiteral.parse(host) != null;
  }

  private static boolean sameSite(@Nullable String origin, String authority) {
    if (origin == null) {
      return true;
    }
    try {
      return authority.equalsIgnoreCase(URI.create(origin).getRawAuthority());
    } catch (IllegalArgumentException unreadable) {
      return false;
    }
  }

  /** The host of an authority, lower-case, without port and brackets. */
  private static String hostOf(String authority) {
    String lower = authority.toLowerCase(Locale.ROOT);
    if (lower.startsWith("[")) {
      int end = lower.indexOf(']');
      return end < 0 ? "" : lower.substring(1, end);
    }
    int colon = lower.indexOf(':');
    return colon < 0 ? lower : lower.substring(0, colon);
  }
}
