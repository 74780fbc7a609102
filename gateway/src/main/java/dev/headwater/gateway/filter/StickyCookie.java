package dev.headwater.gateway.filter;

import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.routes.StickyPolicy;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Tells a client by which cookie its endpoint is known from now on (RFC 6265 4.1). */
final class StickyCookie {
  /** RFC 9110 5.6.7. */
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private StickyCookie() {}

  /** Adds the cookie, where the client is to have a new one. */
  static void tell(StickyPolicy policy, Exchange exchange, Fields fields) {
    String value = exchange.stickyValue();
    if (value == null) {
      return;
    }
    StringBuilder cookie = new StringBuilder(160);
    cookie.append(policy.name()).append('=').append(value);
    cookie.append("; Path=").append(policy.path()).append(policy.attributes());
    if (policy.expires() > 0) {
      cookie.append("; Expires=").append(date(exchange, policy.expires()));
    }
    if (policy.secure() || HttpsRedirect.isSecure(exchange)) {
      cookie.append("; Secure");
    }
    fields.add("Set-Cookie", cookie.append("; HttpOnly").toString());
  }

  private static String date(Exchange exchange, int seconds) {
    long now = exchange.loop().epochMicros(exchange.loop().now()) / 1_000_000;
    return DATE.format(Instant.ofEpochSecond(now + seconds));
  }
}
