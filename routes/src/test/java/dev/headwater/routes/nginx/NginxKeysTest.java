package dev.headwater.routes.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table says what the settings do, key by key, in both directions. */
class NginxKeysTest {
  /** The keys that ingress-nginx documented, from its configuration page and its annotations. */
  private static final String CONFIG_MAP =
      """
      enable-opentracing zipkin-collector-host zipkin-collector-port zipkin-service-name
      zipkin-sample-rate opentracing-trust-incoming-span opentracing-operation-name
      opentracing-location-operation-name jaeger-collector-host jaeger-collector-port
      jaeger-endpoint jaeger-service-name jaeger-propagation-format jaeger-sampler-type
      jaeger-sampler-param jaeger-sampler-host jaeger-sampler-port
      jaeger-trace-context-header-name jaeger-debug-header jaeger-baggage-header
      jaeger-tracer-baggage-header-prefix datadog-collector-host datadog-collector-port
      datadog-environment datadog-service-name datadog-operation-name-override
      datadog-priority-sampling datadog-sample-rate
      enable-opentelemetry opentelemetry-trust-incoming-span opentelemetry-operation-name
      opentelemetry-config otlp-collector-host otlp-collector-port otel-service-name otel-sampler
      otel-sampler-ratio otel-sampler-parent-based otel-max-queuesize otel-schedule-delay-millis
      otel-max-export-batch-size
      use-forwarded-headers compute-full-forwarded-for enable-real-ip forwarded-for-header
      proxy-real-ip-cidr use-proxy-protocol proxy-add-original-uri-header generate-request-id
      proxy-body-size client-body-buffer-size proxy-request-buffering proxy-buffering
      proxy-buffer-size proxy-buffers-number proxy-connect-timeout proxy-read-timeout
      proxy-send-timeout client-header-timeout client-body-timeout keep-alive keep-alive-requests
      worker-shutdown-timeout upstream-keepalive-connections upstream-keepalive-timeout
      upstream-keepalive-requests proxy-next-upstream proxy-next-upstream-tries
      proxy-next-upstream-timeout retry-non-idempotent ssl-redirect force-ssl-redirect
      http-redirect-code ssl-protocols hsts hsts-max-age hsts-include-subdomains hsts-preload
      no-tls-redirect-locations use-http2 use-gzip server-tokens http2-max-concurrent-streams
      large-client-header-buffers limit-req-status-code limit-conn-status-code
      whitelist-source-range denylist-source-range block-cidrs block-user-agents block-referers
      load-balance service-upstream strict-validate-path-type custom-http-errors
      allow-snippet-annotations annotations-risk-level proxy-set-headers add-headers hide-headers
      global-auth-url log-format-upstream log-format-escape-json
      """;

  private static final String ANNOTATIONS =
      """
      rewrite-target use-regex app-root x-forwarded-prefix upstream-vhost preserve-trailing-slash
      server-alias ssl-redirect force-ssl-redirect permanent-redirect permanent-redirect-code
      temporal-redirect temporal-redirect-code from-to-www-redirect relative-redirects
      use-port-in-redirects proxy-body-size client-body-buffer-size proxy-connect-timeout
      proxy-read-timeout proxy-send-timeout proxy-request-buffering proxy-buffering
      proxy-buffer-size proxy-buffers-number proxy-busy-buffers-size proxy-max-temp-file-size
      proxy-http-version proxy-next-upstream proxy-next-upstream-timeout proxy-next-upstream-tries
      canary canary-by-header canary-by-header-value canary-by-header-pattern canary-by-cookie
      canary-weight canary-weight-total affinity affinity-mode affinity-canary-behavior
      session-cookie-name session-cookie-path session-cookie-domain session-cookie-samesite
      session-cookie-secure session-cookie-max-age session-cookie-expires
      session-cookie-change-on-failure session-cookie-conditional-samesite-none upstream-hash-by
      upstream-hash-by-subset upstream-hash-by-subset-size load-balance service-upstream
      whitelist-source-range allowlist-source-range denylist-source-range satisfy limit-rps
      limit-rpm limit-burst-multiplier limit-connections limit-rate limit-rate-after
      limit-allowlist limit-whitelist enable-cors cors-allow-origin cors-allow-methods
      cors-allow-headers cors-allow-credentials cors-max-age cors-expose-headers auth-type
      auth-secret auth-secret-type auth-realm auth-url auth-signin auth-signin-redirect-param
      auth-method auth-response-headers auth-request-redirect auth-cache-key auth-cache-duration
      auth-keepalive auth-proxy-set-headers auth-snippet auth-always-set-cookie enable-global-auth
      auth-tls-secret auth-tls-verify-client auth-tls-verify-depth
      auth-tls-pass-certificate-to-upstream auth-tls-match-cn auth-tls-error-page backend-protocol
      proxy-ssl-secret proxy-ssl-verify proxy-ssl-verify-depth proxy-ssl-name proxy-ssl-server-name
      proxy-ssl-ciphers proxy-ssl-protocols fastcgi-index fastcgi-params-configmap
      custom-http-errors default-backend disable-proxy-intercept-errors custom-headers
      connection-proxy-header proxy-cookie-domain proxy-cookie-path proxy-redirect-from
      proxy-redirect-to http2-push-preload ssl-passthrough ssl-ciphers ssl-prefer-server-ciphers
      enable-access-log enable-rewrite-log enable-opentelemetry opentelemetry-trust-incoming-span
      opentelemetry-operation-name enable-opentracing opentracing-trust-incoming-span mirror-target
      mirror-host mirror-request-body enable-modsecurity enable-owasp-core-rules
      modsecurity-snippet configuration-snippet server-snippet stream-snippet
      """;

  /** What has to be written beside a key so that it can have an effect. */
  private static final Map<String, String> BESIDE =
      Map.of(
          "enable-opentracing", "true",
          "zipkin-collector-host", "zipkin",
          "use-forwarded-headers", "true",
          "trace-trusted-networks", "192.0.2.0/24");

  /** A value with an effect for each key that has one. */
  private static final Map<String, String> EFFECTIVE =
      pairs(
          """
          enable-opentracing false
          zipkin-collector-host linkerd-collector.linkerd
          zipkin-collector-port 9412
          zipkin-service-name edge
          zipkin-sample-rate 0.5
          opentracing-trust-incoming-span false
          enable-opentelemetry true
          otel-service-name edge
          use-forwarded-headers false
          proxy-real-ip-cidr 10.0.0.0/8
          use-proxy-protocol true
          proxy-body-size 8m
          proxy-connect-timeout 7
          proxy-read-timeout 120
          client-header-timeout 20
          keep-alive 30
          worker-shutdown-timeout 10s
          upstream-keepalive-timeout 20
          proxy-next-upstream error
          proxy-next-upstream-tries 2
          use-http2 false
          http2-max-concurrent-streams 64
          large-client-header-buffers 8 16k
          ssl-protocols TLSv1.3
          ssl-redirect false
          force-ssl-redirect true
          http-redirect-code 301
          hsts false
          hsts-max-age 60
          hsts-include-subdomains false
          hsts-preload true
          no-tls-redirect-locations /public
          whitelist-source-range 10.0.0.0/8
          allowlist-source-range 10.0.0.0/8
          denylist-source-range 192.0.2.7
          block-cidrs 192.0.2.7
          load-balance ewma
          service-upstream true
          hide-headers x-internal
          disable-access-log true
          log-format-upstream $status
          log-format-escape-json true
          trace-trusted-networks 198.51.100.0/24
          rewrite-target /$1
          use-regex true
          affinity cookie
          affinity-mode persistent
          session-cookie-name route
          session-cookie-path /x
          session-cookie-domain shop.example
          session-cookie-samesite Lax
          session-cookie-secure true
          session-cookie-max-age 60
          session-cookie-expires 60
          session-cookie-change-on-failure true
          limit-rps 5
          limit-rpm 100
          limit-burst-multiplier 3
          limit-connections 10
          limit-allowlist 10.0.0.0/8
          limit-whitelist 10.0.0.0/8
          limit-req-status-code 429
          limit-conn-status-code 429
          app-root /app
          custom-headers shop/headers
          global-allowed-response-headers X-Frame-Options
          server-alias other.example
          from-to-www-redirect true
          x-forwarded-prefix /app
          upstream-vhost internal.example
          enable-cors true
          cors-allow-origin https://a.example
          cors-allow-methods GET
          cors-allow-headers X-A
          cors-allow-credentials false
          cors-max-age 60
          cors-expose-headers X-A
          permanent-redirect https://new.example/
          temporal-redirect https://new.example/
          backend-protocol GRPC
          canary-by-header x-other
          canary-by-header-value green
          canary-by-header-pattern gr[ae]y
          canary-by-cookie side
          canary-weight 10
          canary-weight-total 200
          affinity-canary-behavior legacy
          """);

  /** What canaries have beside each other annotation of theirs. */
  private static final Map<String, String> CANARY =
      Map.of(
          NginxKeys.PREFIX + "canary", "true",
          NginxKeys.PREFIX + "canary-by-header", "x-canary",
          NginxKeys.PREFIX + "canary-weight", "5");

  /** Keys that take effect only together with others; tests of their own show it. */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "enable-real-ip",
          "opentelemetry-trust-incoming-span",
          "otel-sampler",
          "otel-sampler-ratio",
          "permanent-redirect-code",
          "temporal-redirect-code",
          "sampling",
          "mesh");

  /** Keys that say something about what is done in any case. */
  private static final Set<String> OF_ONE_MEANING =
      Set.of(
          "otel-sampler-parent-based",
          "compute-full-forwarded-for",
          "generate-request-id",
          "client-body-timeout");

  /** Guards that are not there close the door. */
  private static final Set<String> GUARDS =
      Set.of("global-auth-url", "auth-type", "auth-url", "auth-tls-secret");

  private static Map<String, String> pairs(String text) {
    Map<String, String> pairs = new HashMap<>();
    text.lines()
        .map(String::strip)
        .forEach(
            line -> {
              int blank = line.indexOf(' ');
              pairs.put(line.substring(0, blank), line.substring(blank + 1));
            });
    return pairs;
  }

  private static List<String> words(String text) {
    return Arrays.asList(text.strip().split("\\s+"));
  }

  @Test
  void everyDocumentedKeyHasARow() {
    assertThat(NginxKeys.CONFIG_MAP.keySet()).containsAll(words(CONFIG_MAP));
    assertThat(NginxKeys.ANNOTATIONS.keySet()).containsAll(words(ANNOTATIONS));
  }

  @Test
  void everyDifferenceAndEveryReasonIsTold() {
    assertThat(Stream.concat(configMap(), annotations()))
        .allSatisfy(
            key -> {
              if (key.verdict() != Verdict.APPLIED && key.verdict() != Verdict.NOT_YET) {
                assertThat(key.meaning()).as(key.name()).isNotEmpty();
              }
              if (key.verdict() == Verdict.REFUSED) {
                assertThat(key.meaning()).as(key.name()).containsAnyOf("expected", "set zipkin-");
              }
            });
  }

  static Stream<NginxKey> configMap() {
    return NginxKeys.CONFIG_MAP.values().stream();
  }

  static Stream<NginxKey> annotations() {
    return NginxKeys.ANNOTATIONS.values().stream();
  }

  @ParameterizedTest
  @MethodSource("configMap")
  void aKeyOfTheConfigMapHasAnEffect_exactlyWhenTheTableSaysSo(NginxKey key) {
    NginxSettings without = NginxConfigMap.read(BESIDE);
    Map<String, String> data = new HashMap<>(BESIDE);
    data.put(key.name(), EFFECTIVE.getOrDefault(key.name(), "something"));
    NginxSettings with = NginxConfigMap.read(data);

    judge(key, told(with).equals(told(without)), with.findings());
  }

  @ParameterizedTest
  @MethodSource("annotations")
  void anAnnotationHasAnEffect_exactlyWhenTheTableSaysSo(NginxKey key) {
    NginxSettings settings = NginxConfigMap.read(BESIDE);
    Map<String, String> beside =
        key.name().startsWith("cors-")
            ? Map.of(NginxKeys.PREFIX + "enable-cors", "true")
            : key.name().startsWith("session-cookie-") || key.name().equals("affinity-mode")
                ? Map.of(NginxKeys.PREFIX + "affinity", "cookie")
                : key.name().startsWith("limit-b")
                    ? Map.of(NginxKeys.PREFIX + "limit-rps", "5")
                    : key.name().contains("canary-") ? CANARY : Map.of();
    IngressSettings without = NginxAnnotations.read(beside, settings);
    String value =
        switch (key.name()) {
          case "canary" -> "true";
          case "enable-opentelemetry" -> "false";
          default -> EFFECTIVE.getOrDefault(key.name(), "something");
        };
    Map<String, String> annotations = new HashMap<>(beside);
    annotations.put(NginxKeys.PREFIX + key.name(), value);
    IngressSettings with = NginxAnnotations.read(annotations, settings);

    judge(key, told(with).equals(told(without)), with.findings());
  }

  private static void judge(NginxKey key, boolean changesNothing, List<KeyFinding> findings) {
    Set<String> names = new TreeSet<>();
    findings.forEach(finding -> names.add(finding.key().replace(NginxKeys.PREFIX, "")));
    assertThat(names).contains(key.name());
    if (ELSEWHERE.contains(key.name()) || OF_ONE_MEANING.contains(key.name())) {
      return;
    }
    boolean isEffective =
        key.verdict() == Verdict.APPLIED
            || key.verdict() == Verdict.DIFFERENT
            || GUARDS.contains(key.name());
    assertThat(changesNothing).as(key.toString()).isEqualTo(!isEffective);
  }

  private static NginxSettings told(NginxSettings settings) {
    return new NginxSettings(
        settings.tracing(),
        settings.listener(),
        settings.route(),
        settings.backend(),
        settings.process(),
        settings.responseHeaders(),
        List.of());
  }

  private static IngressSettings told(IngressSettings settings) {
    return new IngressSettings(
        settings.traced(),
        settings.trust(),
        settings.canary(),
        settings.route(),
        settings.backend(),
        settings.rewrite(),
        settings.hosts(),
        settings.customHeaders(),
        List.of());
  }

  @Test
  void anUnknownKeyIsNamed_withWhatWasMeant() {
    assertThat(NginxConfigMap.read(Map.of("zipkin-colector-host", "zipkin")).findings())
        .singleElement()
        .satisfies(
            finding ->
                assertThat(finding.message())
                    .contains("not a key of ingress-nginx")
                    .contains("zipkin-collector-host"));
  }

  @Test
  void aHostileValueIsData_underEveryKey() {
    String hostile = "a\n}; \"$(x)\" # ' \u0000 \\ ${HOME} " + "x".repeat(1 << 20);
    Map<String, String> data = new HashMap<>();
    NginxKeys.CONFIG_MAP.keySet().forEach(name -> data.put(name, hostile));
    Map<String, String> annotations = new HashMap<>();
    NginxKeys.ANNOTATIONS
        .keySet()
        .forEach(name -> annotations.put(NginxKeys.PREFIX + name, hostile));

    NginxSettings settings = NginxConfigMap.read(data);
    IngressSettings ingress = NginxAnnotations.read(annotations, settings);

    assertThat(settings.findings()).hasSameSizeAs(data.keySet());
    assertThat(ingress.findings()).hasSameSizeAs(annotations.keySet());
    assertThat(settings.findings()).allMatch(finding -> finding.value().length() < 200);
    assertThat(settings.tracing().whenOn().report()).isEmpty();
  }
}
