package dev.headwater.routes.nginx;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys about requests in clear. */
final class HttpsReading {
  private static final String REDIRECT = "ssl-redirect";
  private static final String FORCE = "force-ssl-redirect";

  private HttpsReading() {}

  /** What the ConfigMap says. */
  static HttpsTerms ofConfigMap(KeyReader keys) {
    int status =
        keys.read(
            "http-redirect-code",
            "301, 302, 307 or 308",
            text ->
                switch (text.strip()) {
                  case "301" -> 301;
                  case "302" -> 302;
                  case "307" -> 307;
                  case "308" -> 308;
                  default -> null;
                },
            308);
    List<String> inClear = KeyReader.list(keys.text("no-tls-redirect-locations"));
    return new HttpsTerms(
        keys.bool(REDIRECT), keys.bool(FORCE), status, inClear, transportSecurity(keys));
  }

  /** What an Ingress says over it. */
  static HttpsTerms ofIngress(KeyReader keys, HttpsTerms otherwise) {
    return new HttpsTerms(
        keys.bool(REDIRECT, otherwise.redirect()),
        keys.bool(FORCE, otherwise.force()),
        otherwise.status(),
        otherwise.inClear(),
        otherwise.transportSecurity());
  }

  private static @Nullable String transportSecurity(KeyReader keys) {
    boolean on = keys.bool("hsts");
    int age = keys.whole("hsts-max-age", 0, Integer.MAX_VALUE);
    boolean below = keys.bool("hsts-include-subdomains");
    boolean preload = keys.bool("hsts-preload");
    return on
        ? "max-age=" + age + (below ? "; includeSubDomains" : "") + (preload ? "; preload" : "")
        : null;
  }
}
