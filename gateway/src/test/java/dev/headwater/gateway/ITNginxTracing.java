package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tracing keys of ingress-nginx through real requests, beyond those of {@link ITNginxKeys}. */
class ITNginxTracing {
  private static final String TRACE = "463ac35c9f6413ad48485a3953bb6124";
  private static final String B3 =
      "X-B3-TraceId: " + TRACE + "\r\nX-B3-SpanId: 48485a3953bb6124\r\nX-B3-Sampled: 1\r\n";
  private static final String TRACEPARENT = "traceparent: 00-" + TRACE + "-48485a3953bb6124-01\r\n";

  private RawUpstream collector;

  @BeforeEach
  void collect() throws Exception {
    collector = ITNginxKeys.collector();
  }

  @AfterEach
  void close() {
    collector.close();
  }

  private static String get(String fields) {
    return "GET /cart HTTP/1.1\r\nHost: shop.example\r\n" + fields + "\r\n";
  }

  private static String value(String head, String name) {
    return head.lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT)))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }

  private NginxEdge edge(RawUpstream upstream, String era) {
    return NginxEdge.to(upstream.port())
        .traced(collector)
        .key("enable-opentracing", era.equals("opentracing"))
        .key("enable-opentelemetry", era.equals("opentelemetry"));
  }

  private static String seen(NginxEdge edge, RawUpstream upstream, String fields) throws Exception {
    try (RunningGateway gateway = RunningGateway.of(edge.build(), Clock.systemUTC());
        RawClient client = gateway.connect()) {
      assertThat(client.send(get(fields)).response()).startsWith("HTTP/1.1 200 ");
      return upstream.request();
    }
  }

  @ShowsKeys(configMap = {"zipkin-service-name", "otel-service-name"})
  @ParameterizedTest
  @CsvSource({
    "opentracing, zipkin-service-name",
    "opentelemetry, otel-service-name",
  })
  void spansCarryTheNameOfTheService(String era, String key) throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway =
            RunningGateway.of(
                edge(upstream, era).key(key, "shop-edge").build(), Clock.systemUTC());
        RawClient client = gateway.connect()) {
      client.send(get("")).response();

      assertThat(gateway.trace(1))
          .allSatisfy(span -> assertThat(span.localServiceName()).isEqualTo("shop-edge"));
    }
  }

  @ShowsKeys(configMap = {"opentracing-trust-incoming-span", "opentelemetry-trust-incoming-span"})
  @ParameterizedTest
  @CsvSource({
    "opentracing, true, 127.0.0.0/8, true",
    "opentracing, false, 127.0.0.0/8, false",
    "opentracing, true, 10.0.0.0/8, false",
    "opentelemetry, true, 127.0.0.0/8, true",
    "opentelemetry, false, 127.0.0.0/8, false",
  })
  void tracesOfTrustedCallersGoOn_asTheConfigMapSays(
      String era, boolean trust, String networks, boolean goesOn) throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      NginxEdge edge =
          edge(upstream, era)
              .key("trace-trusted-networks", networks)
              .key(era + "-trust-incoming-span", trust);
      String seen = seen(edge, upstream, era.equals("opentracing") ? B3 : TRACEPARENT);

      assertThat(seen.contains(TRACE)).isEqualTo(goesOn);
    }
  }

  @ShowsKeys(annotations = {"opentelemetry-trust-incoming-span"})
  @ParameterizedTest
  @CsvSource({"true, true", "false, false"})
  void tracesOfTrustedCallersGoOn_asTheIngressSays(boolean trust, boolean goesOn) throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      NginxEdge edge =
          edge(upstream, "opentelemetry")
              .key("trace-trusted-networks", "127.0.0.0/8")
              .key("opentelemetry-trust-incoming-span", !trust)
              .annotation("enable-opentelemetry", true)
              .annotation("opentelemetry-trust-incoming-span", trust);

      assertThat(seen(edge, upstream, TRACEPARENT).contains(TRACE)).isEqualTo(goesOn);
    }
  }

  @ShowsKeys(annotations = {"enable-opentelemetry"})
  @ParameterizedTest
  @CsvSource({"true, 1", "false, 0"})
  void anIngressIsTakenOut(boolean here, int sampled) throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      NginxEdge edge = edge(upstream, "opentelemetry").annotation("enable-opentelemetry", here);

      assertThat(value(seen(edge, upstream, ""), "traceparent"))
          .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[" + sampled + (sampled + 2) + "]");
    }
  }

  @ShowsKeys(annotations = {"enable-opentelemetry"})
  @Test
  void anIngressIsTakenIn_withTheHeadersThatTheConfigMapMeans() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      NginxEdge edge = edge(upstream, "none").annotation("enable-opentelemetry", true);

      assertThat(value(seen(edge, upstream, ""), "X-B3-Sampled")).isEqualTo("1");
    }
  }

  @ShowsKeys(configMap = {"otel-sampler", "otel-sampler-ratio"})
  @ParameterizedTest
  @CsvSource({
    "AlwaysOn, 0, true",
    "AlwaysOff, 1, false",
    "TraceIdRatioBased, 0, false",
    "TraceIdRatioBased, 1, true",
  })
  void servicesAreToldWhatTheSamplerKeeps(String sampler, String ratio, boolean kept)
      throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      NginxEdge edge =
          edge(upstream, "opentelemetry")
              .key("otel-sampler", sampler)
              .key("otel-sampler-ratio", ratio);
      String traceparent = value(seen(edge, upstream, ""), "traceparent");

      assertThat((traceparent.charAt(traceparent.length() - 1) & 1) == 1).isEqualTo(kept);
    }
  }

  /** The difference: a sampler that did not care for its parent would drop this trace. */
  @ShowsKeys(configMap = {"otel-sampler-parent-based"})
  @ParameterizedTest
  @CsvSource({"true", "false"})
  void decisionOfATrustedCallerHolds(boolean parentBased) throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      NginxEdge edge =
          edge(upstream, "opentelemetry")
              .key("trace-trusted-networks", "127.0.0.0/8")
              .key("opentelemetry-trust-incoming-span", true)
              .key("otel-sampler", "AlwaysOff")
              .key("otel-sampler-parent-based", parentBased);

      assertThat(value(seen(edge, upstream, TRACEPARENT), "traceparent"))
          .matches("00-" + TRACE + "-[0-9a-f]{16}-0[13]");
    }
  }

  @ShowsKeys(configMap = {"sampling"})
  @ParameterizedTest
  @CsvSource({"/cart, 1", "/healthz, 0", "/quiet/x, 0"})
  void aSamplingDocumentHolds(String path, String sampled) throws Exception {
    String document =
        """
        rate: 1
        rules:
        - {name: quiet, match: {path: {prefix: /quiet}}, rate: 0}
        """;
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway =
            new IngressEdge()
                .service("web", upstream)
                .configMap(
                    "headwater",
                    Map.of(
                        "zipkin-sample-rate",
                        "0",
                        "zipkin-collector-host",
                        "127.0.0.1",
                        "zipkin-collector-port",
                        String.valueOf(collector.port()),
                        "sampling",
                        document))
                .ingress("web", Map.of(), IngressEdge.rule("shop.example", "/", "web"))
                .start();
        RawClient client = gateway.connect()) {
      client.send(get("").replace("/cart", path)).response();

      assertThat(value(upstream.request(), "X-B3-Sampled")).isEqualTo(sampled);
    }
  }
}
