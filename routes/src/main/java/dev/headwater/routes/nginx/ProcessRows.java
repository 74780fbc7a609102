package dev.headwater.routes.nginx;

import java.util.ArrayList;
import java.util.List;

/** Keys of the ConfigMap that speak of nginx itself, and of features that few use. */
final class ProcessRows {
  static final List<NginxKey> ROWS = rows();

  private ProcessRows() {}

  private static List<NginxKey> rows() {
    List<NginxKey> rows = new ArrayList<>();
    inert(
        rows,
        "about the process of nginx",
        "worker-processes",
        "worker-cpu-affinity",
        "max-worker-connections",
        "max-worker-open-files",
        "map-hash-bucket-size",
        "proxy-headers-hash-bucket-size",
        "proxy-headers-hash-max-size",
        "server-name-hash-bucket-size",
        "server-name-hash-max-size",
        "variables-hash-bucket-size",
        "variables-hash-max-size",
        "nginx-status-ipv4-whitelist",
        "nginx-status-ipv6-whitelist",
        "enable-multi-accept",
        "enable-aio-write",
        "reuse-port",
        "lua-shared-dicts",
        "debug-connections",
        "disable-ipv6",
        "disable-ipv6-dns",
        "client-header-buffer-size",
        "ssl-buffer-size",
        "grpc-buffer-size-kb",
        "plugins");
    inert(rows, "the controller's flags say where to listen", "bind-address", "default-type");
    inert(
        rows,
        "decided by the TLS library, with safe ciphers and curves",
        "ssl-ciphers",
        "ssl-ecdh-curve",
        "ssl-dh-param",
        "ssl-session-cache",
        "ssl-session-cache-size",
        "ssl-session-tickets",
        "ssl-session-ticket-key",
        "ssl-session-timeout",
        "ssl-early-data");
    inert(
        rows,
        "heads are bounded by large-client-header-buffers",
        "http2-max-field-size",
        "http2-max-header-size",
        "http2-max-requests");
    later(
        rows,
        "gzip-level",
        "gzip-min-length",
        "gzip-types",
        "gzip-disable",
        "enable-brotli",
        "brotli-level",
        "brotli-min-length",
        "brotli-types",
        "use-geoip",
        "use-geoip2",
        "ssl-reject-handshake",
        "proxy-stream-timeout",
        "proxy-stream-next-upstream",
        "proxy-stream-next-upstream-timeout",
        "proxy-stream-next-upstream-tries",
        "proxy-stream-responses",
        "proxy-cookie-domain",
        "proxy-cookie-path",
        "limit-conn-zone-variable",
        "limit-rate",
        "limit-rate-after",
        "enable-underscores-in-headers",
        "ignore-invalid-headers",
        "allow-backend-server-header",
        "relative-redirects",
        "use-port-in-redirects",
        "preserve-trailing-slash",
        "disable-proxy-intercept-errors",
        "enable-modsecurity",
        "enable-owasp-modsecurity-crs",
        "upstream-hash-by");
    for (String snippet :
        List.of(
            "main-snippet",
            "http-snippet",
            "server-snippet",
            "location-snippet",
            "stream-snippet",
            "modsecurity-snippet")) {
      rows.add(NginxKey.refused(snippet, "", "", "expected none: text of a ConfigMap is not code"));
    }
    return List.copyOf(rows);
  }

  private static void inert(List<NginxKey> rows, String reason, String... names) {
    for (String name : names) {
      rows.add(NginxKey.inert(name, "", reason));
    }
  }

  private static void later(List<NginxKey> rows, String... names) {
    for (String name : names) {
      rows.add(NginxKey.later(name, ""));
    }
  }
}
