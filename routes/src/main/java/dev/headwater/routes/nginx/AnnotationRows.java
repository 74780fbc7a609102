package dev.headwater.routes.nginx;

import static dev.headwater.routes.nginx.NginxKey.applied;
import static dev.headwater.routes.nginx.NginxKey.different;
import static dev.headwater.routes.nginx.NginxKey.inert;
import static dev.headwater.routes.nginx.NginxKey.later;
import static dev.headwater.routes.nginx.NginxKey.refused;

import java.util.List;
import java.util.stream.Stream;

/**
 * Annotations of Ingresses, by name without the prefix. Where one has no default of its own, what
 * the ConfigMap says holds.
 */
final class AnnotationRows {
  private static final String STREAMED = "bodies are passed on as they come, and never stored";
  private static final String NO_CODE = "expected none: text of an object is not code";
  private static final String CLOSED = "every request is answered 503, since none can be let in";

  static final List<NginxKey> TRACING =
      List.of(
          applied("enable-opentracing", ""),
          applied("opentracing-trust-incoming-span", ""),
          applied("enable-opentelemetry", ""),
          applied("opentelemetry-trust-incoming-span", ""),
          inert(
              "opentelemetry-operation-name",
              "",
              "spans are called by method and path of the Ingress rule"));

  static final List<NginxKey> LIMITS =
      List.of(
          different(
              "proxy-body-size",
              "",
              "one limit for all hosts: the largest that the ConfigMap or an Ingress allows"),
          inert("client-body-buffer-size", "", STREAMED),
          refused("proxy-request-buffering", "", "off", "expected off: " + STREAMED),
          inert("proxy-buffering", "", STREAMED),
          inert("proxy-buffer-size", "", STREAMED),
          inert("proxy-buffers-number", "", STREAMED),
          inert("proxy-busy-buffers-size", "", STREAMED),
          inert("proxy-max-temp-file-size", "", STREAMED),
          applied("proxy-connect-timeout", ""),
          applied("proxy-read-timeout", ""),
          later("proxy-send-timeout", ""),
          later("proxy-http-version", "1.1"),
          different(
              "proxy-next-upstream", "", "within a budget of 20 % extra requests and 10 a second"),
          applied("proxy-next-upstream-tries", ""),
          later("proxy-next-upstream-timeout", "", "0", "tries are bounded by their number alone"));

  static final List<NginxKey> ROUTING =
      List.of(
          different(
              "rewrite-target",
              "",
              "expressions are those of RE2, on the path with its escapes; a path in which"
                  + " rewriting makes a dot segment or an escape is answered 400"),
          different(
              "use-regex",
              "false",
              "false",
              "expressions are those of RE2, without lookaround and back references, on the path"
                  + " with its escapes"),
          applied("app-root", ""),
          applied("x-forwarded-prefix", ""),
          applied("upstream-vhost", ""),
          later("preserve-trailing-slash", "false"),
          different(
              "server-alias",
              "",
              "names and *. before one, where the asterisk stands for one label; no expressions"),
          applied("ssl-redirect", ""),
          applied("force-ssl-redirect", ""),
          applied("permanent-redirect", ""),
          applied("permanent-redirect-code", "301"),
          applied("temporal-redirect", ""),
          applied("temporal-redirect-code", "302"),
          different(
              "from-to-www-redirect",
              "false",
              "false",
              "the closing slash of what was asked for stays"),
          later("relative-redirects", "false"),
          later("use-port-in-redirects", "false"),
          applied("load-balance", ""),
          applied("service-upstream", ""),
          applied("backend-protocol", "HTTP"),
          later("default-backend", ""),
          later("custom-http-errors", ""),
          later("disable-proxy-intercept-errors", "false"),
          later("ssl-passthrough", "false"),
          different("custom-headers", "", "the ConfigMap has to be in the Ingress's own namespace"),
          later("connection-proxy-header", ""),
          inert("http2-push-preload", "false", "HTTP/2 push is gone from browsers"),
          later("enable-access-log", "true"),
          inert("enable-rewrite-log", "false", "there is no log of rewrites"),
          inert("ssl-ciphers", "", "decided by the TLS library"),
          inert("ssl-prefer-server-ciphers", "", "decided by the TLS library"));

  static final List<NginxKey> ACCESS =
      List.of(
          applied("whitelist-source-range", ""),
          applied("allowlist-source-range", ""),
          applied("denylist-source-range", ""),
          later("satisfy", "all"),
          later("auth-type", "", "", CLOSED),
          later("auth-url", "", "", CLOSED),
          later("auth-tls-secret", "", "", CLOSED),
          refused("auth-snippet", "", "", NO_CODE),
          refused("configuration-snippet", "", "", NO_CODE),
          refused("server-snippet", "", "", NO_CODE),
          refused("stream-snippet", "", "", NO_CODE),
          refused("modsecurity-snippet", "", "", NO_CODE));

  static final List<NginxKey> CLIENT_LIMITS =
      List.of(
          applied("limit-rps", "0"),
          applied("limit-rpm", "0"),
          applied("limit-burst-multiplier", "5"),
          different("limit-connections", "0", "0", "a tunnel counts until it is open"),
          applied("limit-allowlist", ""),
          applied("limit-whitelist", ""));

  static final List<NginxKey> AFFINITY =
      List.of(
          applied("affinity", ""),
          applied("affinity-mode", "balanced"),
          applied("session-cookie-name", "INGRESSCOOKIE"),
          different(
              "session-cookie-path",
              "",
              "where it is absent, it is / on hosts with expressions and for paths with a"
                  + " semicolon"),
          applied("session-cookie-domain", ""),
          applied("session-cookie-samesite", ""),
          applied("session-cookie-secure", "false"),
          applied("session-cookie-max-age", ""),
          applied("session-cookie-expires", ""),
          applied("session-cookie-change-on-failure", "false"));

  static final List<NginxKey> CORS =
      List.of(
          applied("enable-cors", "false"),
          applied("cors-allow-origin", "*"),
          applied("cors-allow-methods", CorsReading.METHODS),
          applied("cors-allow-headers", CorsReading.HEADERS),
          applied("cors-allow-credentials", "true"),
          applied("cors-max-age", "1728000"),
          applied("cors-expose-headers", ""));

  static final List<NginxKey> BACKEND_TLS =
      List.of(
          later("proxy-ssl-secret", ""),
          refused(
              "proxy-ssl-verify",
              "off",
              "on",
              "expected on: certificates of backends are always verified"),
          inert("proxy-ssl-verify-depth", "1", "as deep as the chain is"),
          later("proxy-ssl-name", ""),
          later("proxy-ssl-server-name", ""),
          inert("proxy-ssl-ciphers", "", "decided by the TLS library"),
          inert("proxy-ssl-protocols", "", "TLS 1.2 and 1.3"));

  /** Whole families that have no effect yet. */
  static final List<NginxKey> LATER =
      Stream.of(
              "session-cookie-conditional-samesite-none",
              "upstream-hash-by",
              "upstream-hash-by-subset",
              "upstream-hash-by-subset-size",
              "limit-rate",
              "limit-rate-after",
              "auth-secret",
              "auth-secret-type",
              "auth-realm",
              "auth-signin",
              "auth-signin-redirect-param",
              "auth-method",
              "auth-response-headers",
              "auth-request-redirect",
              "auth-cache-key",
              "auth-cache-duration",
              "auth-keepalive",
              "auth-keepalive-requests",
              "auth-keepalive-share-vars",
              "auth-keepalive-timeout",
              "auth-proxy-set-headers",
              "auth-always-set-cookie",
              "enable-global-auth",
              "auth-tls-verify-client",
              "auth-tls-verify-depth",
              "auth-tls-pass-certificate-to-upstream",
              "auth-tls-match-cn",
              "auth-tls-error-page",
              "fastcgi-index",
              "fastcgi-params-configmap",
              "proxy-cookie-domain",
              "proxy-cookie-path",
              "proxy-redirect-from",
              "proxy-redirect-to",
              "mirror-target",
              "mirror-host",
              "mirror-request-body",
              "enable-modsecurity",
              "enable-owasp-core-rules",
              "modsecurity-transaction-id")
          .map(name -> later(name, ""))
          .toList();

  static final List<NginxKey> CANARY =
      List.of(
          different(
              "canary",
              "false",
              "false",
              "for rules that an Ingress of its own namespace has as well, and for no others"),
          applied("canary-by-header", ""),
          applied("canary-by-header-value", ""),
          different(
              "canary-by-header-pattern",
              "",
              "an expression of RE2, without lookaround and back references"),
          applied("canary-by-cookie", ""),
          applied("canary-weight", "0"),
          applied("canary-weight-total", "100"),
          different(
              "affinity-canary-behavior",
              "sticky",
              "sticky",
              "header, cookie and weight are asked with every request, a client of the other"
                  + " Ingress included"));

  private AnnotationRows() {}
}
