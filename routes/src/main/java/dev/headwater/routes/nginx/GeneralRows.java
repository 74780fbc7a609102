package dev.headwater.routes.nginx;

import static dev.headwater.routes.nginx.NginxKey.applied;
import static dev.headwater.routes.nginx.NginxKey.different;
import static dev.headwater.routes.nginx.NginxKey.inert;
import static dev.headwater.routes.nginx.NginxKey.later;
import static dev.headwater.routes.nginx.NginxKey.refused;

import java.util.List;

/** The ConfigMap beside tracing: the keys whose defaults users rely on. */
final class GeneralRows {
  private static final String STREAMED = "bodies are passed on as they come, and never stored";
  private static final String NO_CODE = "no text of an object becomes code or configuration here";

  /** A guard that is not there must not leave the door open. */
  private static final String CLOSED = "every request is answered 503, since none can be let in";

  /** Who the client is, and by which id its request is known. */
  static final List<NginxKey> CLIENT =
      List.of(
          applied("use-forwarded-headers", "false"),
          different(
              "compute-full-forwarded-for",
              "false",
              "what a believed proxy said in X-Forwarded-For is always kept, with the peer behind"
                  + " it"),
          different(
              "enable-real-ip",
              "false",
              "those proxies are believed in all X-Forwarded-* fields, not in the address alone"),
          refused(
              "forwarded-for-header",
              "X-Forwarded-For",
              "X-Forwarded-For",
              "expected X-Forwarded-For, the only field that is read beside Forwarded"),
          applied("proxy-real-ip-cidr", "0.0.0.0/0"),
          different(
              "use-proxy-protocol",
              "false",
              "a peer outside proxy-real-ip-cidr may not begin with a PROXY header"),
          later("proxy-add-original-uri-header", "false"),
          different(
              "generate-request-id",
              "true",
              "a caller's id is kept where the caller is trusted; another's goes on as"
                  + " X-Client-Request-Id, and ours is new"));

  /** Sizes and times. */
  static final List<NginxKey> LIMITS =
      List.of(
          different(
              "proxy-body-size",
              "1m",
              "one limit for all hosts: the largest that the ConfigMap or an Ingress allows"),
          inert("client-body-buffer-size", "8k", STREAMED),
          refused("proxy-request-buffering", "on", "off", "expected off: " + STREAMED),
          inert("proxy-buffering", "off", STREAMED),
          inert("proxy-buffer-size", "4k", STREAMED),
          inert("proxy-buffers-number", "4", STREAMED),
          applied("proxy-connect-timeout", "5"),
          applied("proxy-read-timeout", "60"),
          later("proxy-send-timeout", "60", "", ""),
          applied("client-header-timeout", "60"),
          different(
              "client-body-timeout",
              "60",
              "silence in a body is bounded by keep-alive; its pace by 1 KiB/s with 30 s of grace"),
          applied("keep-alive", "75"),
          inert("keep-alive-requests", "1000", "requests of a connection are not counted"),
          applied("worker-shutdown-timeout", "240s"),
          inert("upstream-keepalive-connections", "320", "idle connections are kept by time alone"),
          applied("upstream-keepalive-timeout", "60"),
          inert("upstream-keepalive-requests", "10000", "requests of a connection are not counted"),
          different(
              "proxy-next-upstream",
              "error timeout",
              "within a budget of 20 % extra requests and 10 a second"),
          applied("proxy-next-upstream-tries", "3"),
          later("proxy-next-upstream-timeout", "0", "0", "tries are bounded by their number alone"),
          refused(
              "retry-non-idempotent",
              "false",
              "false",
              "expected false: what may have been processed is not sent again"),
          applied("use-http2", "true"),
          applied("http2-max-concurrent-streams", "128"),
          applied("large-client-header-buffers", "4 8k"),
          later("use-gzip", "false"),
          inert("server-tokens", "false", "no answer tells a version"),
          applied("limit-req-status-code", "503"),
          applied("limit-conn-status-code", "503"));

  /** TLS and what goes with it. */
  static final List<NginxKey> TLS =
      List.of(
          applied("ssl-redirect", "true"),
          applied("force-ssl-redirect", "false"),
          applied("http-redirect-code", "308"),
          different(
              "ssl-protocols",
              "TLSv1.2 TLSv1.3",
              "it says which version is the oldest; none before 1.2 is spoken (RFC 8996)"),
          applied("hsts", "true"),
          applied("hsts-max-age", "31536000"),
          applied("hsts-include-subdomains", "true"),
          applied("hsts-preload", "false"),
          applied("no-tls-redirect-locations", "/.well-known/acme-challenge"));

  /** Who may in, and where requests go. */
  static final List<NginxKey> ROUTING =
      List.of(
          applied("whitelist-source-range", ""),
          applied("denylist-source-range", ""),
          applied("block-cidrs", ""),
          later("block-user-agents", "", "", "nobody is kept out"),
          later("block-referers", "", "", "nobody is kept out"),
          applied("load-balance", "round_robin"),
          applied("service-upstream", "false"),
          inert("strict-validate-path-type", "true", NO_CODE),
          later("custom-http-errors", ""),
          refused("allow-snippet-annotations", "false", "false", "expected false: " + NO_CODE),
          inert("annotations-risk-level", "High", NO_CODE),
          later("proxy-set-headers", ""),
          later("add-headers", ""),
          applied("hide-headers", ""),
          applied("global-allowed-response-headers", ""),
          later("global-auth-url", "", "", CLOSED),
          later("global-auth-method", ""),
          later("global-auth-signin", ""),
          later("global-auth-signin-redirect-param", ""),
          later("global-auth-response-headers", ""),
          later("global-auth-request-redirect", ""),
          later("global-auth-cache-key", ""),
          later("global-auth-cache-duration", ""),
          later("global-auth-always-set-cookie", "false"),
          refused("global-auth-snippet", "", "", "expected none: " + NO_CODE),
          later("no-auth-locations", "/.well-known/acme-challenge", "", ""));

  /** The access log. */
  static final List<NginxKey> LOG =
      List.of(
          applied("disable-access-log", "false"),
          applied("log-format-upstream", AccessLogReading.USUAL),
          applied("log-format-escape-json", "false"),
          inert("log-format-escape-none", "false", "what a client sent is always escaped"),
          inert("log-format-stream", "", "there are no streams"),
          later("skip-access-log-urls", ""),
          inert("access-log-path", "/var/log/nginx/access.log", "lines go to standard output"),
          inert("http-access-log-path", "", "lines go to standard output"),
          inert("access-log-params", "", "lines go to standard output"),
          inert("error-log-path", "/var/log/nginx/error.log", "log lines go to standard error"),
          inert("error-log-level", "notice", "a flag of the controller says it"),
          later("enable-syslog", "false"),
          inert("syslog-host", "", "read only beside enable-syslog"),
          inert("syslog-port", "514", "read only beside enable-syslog"));

  private GeneralRows() {}
}
