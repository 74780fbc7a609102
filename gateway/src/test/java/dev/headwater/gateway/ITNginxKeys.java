package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.fault.Ending;
import java.time.Clock;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys of ingress-nginx through real requests: each has the effect that its users know. */
class ITNginxKeys {
  private static final String GET = "GET /cart HTTP/1.1\r\nHost: shop.example\r\n\r\n";
  private static final String TRACE = "463ac35c9f6413ad48485a3953bb6124";
  private static final String B3 =
      "X-B3-TraceId: " + TRACE + "\r\nX-B3-SpanId: 48485a3953bb6124\r\nX-B3-Sampled: 1\r\n";

  private static String get(String fields) {
    return "GET /cart HTTP/1.1\r\nHost: shop.example\r\n" + fields + "\r\n";
  }

  private static String value(String head, String name) {
    for (String line : head.split("\r\n")) {
      if (line.regionMatches(true, 0, name + ": ", 0, name.length() + 2)) {
        return line.substring(name.length() + 2);
      }
    }
    return "";
  }

  /** Takes spans. */
  static RawUpstream collector() throws Exception {
    return new RawUpstream(
        peer -> {
          for (String head = peer.request(); head != null; head = peer.request()) {
            peer.read(Integer.parseInt(value(head, "content-length")));
            peer.send("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
          }
        });
  }

  private static RunningGateway start(NginxEdge edge) {
    return RunningGateway.of(edge.build(), Clock.systemUTC());
  }

  /** The answer to one request. */
  private static String answer(NginxEdge edge, String request) throws Exception {
    try (RunningGateway gateway = start(edge);
        RawClient client = gateway.connect()) {
      client.send(request);
      return client.response();
    }
  }

  /** What an upstream sees of one request. */
  private static String seen(NginxEdge edge, RawUpstream upstream, String request)
      throws Exception {
    assertThat(answer(edge, request)).startsWith("HTTP/1.1 200 ");
    return upstream.request();
  }

  @Test
  @ShowsKeys(configMap = {"enable-opentracing", "zipkin-collector-host", "zipkin-collector-port"})
  void b3GoesUpstreamAndSpansToTheCollector_ofTheTwoKeys() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RawUpstream collector = collector()) {
      String seen = seen(NginxEdge.to(upstream.port()).traced(collector), upstream, get(B3));

      assertThat(value(seen, "X-B3-TraceId")).matches("[0-9a-f]{32}").isNotEqualTo(TRACE);
      assertThat(value(seen, "X-B3-SpanId")).matches("[0-9a-f]{16}");
      assertThat(value(seen, "X-B3-Sampled")).isEqualTo("1");
      assertThat(value(seen, "traceparent")).isEmpty();
      assertThat(collector.request()).startsWith("POST /api/v2/spans HTTP/1.1\r\n");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "zipkin-sample-rate, 0, 0",
    "zipkin-sample-rate, 1, 1",
    "jaeger-sampler-param, 0, 1",
  })
  @ShowsKeys(configMap = "zipkin-sample-rate")
  void servicesAreToldWhatIsKept(String key, String value, String sampled) throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RawUpstream collector = collector()) {
      NginxEdge edge = NginxEdge.to(upstream.port()).traced(collector).key(key, value);

      assertThat(value(seen(edge, upstream, GET), "X-B3-Sampled")).isEqualTo(sampled);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "true, 127.0.0.0/8, true",
    "false, 127.0.0.0/8, false",
    "true, 10.0.0.0/8, false",
  })
  @ShowsKeys(configMap = "trace-trusted-networks", annotations = "opentracing-trust-incoming-span")
  void tracesOfTrustedCallersGoOn(String trust, String networks, boolean goesOn) throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RawUpstream collector = collector()) {
      NginxEdge edge =
          NginxEdge.to(upstream.port())
              .traced(collector)
              .key("trace-trusted-networks", networks)
              .annotation("opentracing-trust-incoming-span", trust);
      String id = value(seen(edge, upstream, get(B3)), "X-B3-TraceId");

      assertThat(id.equals(TRACE)).isEqualTo(goesOn);
    }
  }

  @Test
  void traceHeadersPassUntouched_whenTracingIsOff() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      String seen = seen(NginxEdge.to(upstream.port()), upstream, get(B3));

      assertThat(value(seen, "X-B3-TraceId")).isEqualTo(TRACE);
      assertThat(value(seen, "X-B3-SpanId")).isEqualTo("48485a3953bb6124");
    }
  }

  @Test
  @ShowsKeys(annotations = "enable-opentracing")
  void anIngressIsTakenOut() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RawUpstream collector = collector()) {
      NginxEdge edge =
          NginxEdge.to(upstream.port()).traced(collector).annotation("enable-opentracing", false);

      assertThat(value(seen(edge, upstream, GET), "X-B3-Sampled")).isEqualTo("0");
    }
  }

  @Test
  @ShowsKeys(configMap = {"enable-opentelemetry", "otel-sampler"})
  void traceparentGoesUpstream_underOpenTelemetry() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RawUpstream collector = collector()) {
      NginxEdge edge =
          NginxEdge.to(upstream.port())
              .traced(collector)
              .key("enable-opentracing", false)
              .key("enable-opentelemetry", true)
              .key("otel-sampler", "AlwaysOff");
      String seen = seen(edge, upstream, GET);

      assertThat(value(seen, "traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[02]");
      assertThat(seen.toLowerCase(Locale.ROOT)).doesNotContain("x-b3-");
    }
  }

  @ParameterizedTest
  @CsvSource({"use-forwarded-headers", "enable-real-ip"})
  @ShowsKeys(configMap = {"use-forwarded-headers", "enable-real-ip", "proxy-real-ip-cidr"})
  void forwardedFieldsOfProxiesAreBelieved(String key) throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      String told = get("X-Forwarded-For: 192.0.2.9\r\nX-Forwarded-Proto: https\r\n");
      String stranger = seen(NginxEdge.to(upstream.port()), upstream, told);
      String believed = seen(NginxEdge.to(upstream.port()).key(key, true), upstream, told);
      NginxEdge elsewhere =
          NginxEdge.to(upstream.port()).key(key, true).key("proxy-real-ip-cidr", "10.0.0.0/8");

      assertThat(value(stranger, "X-Forwarded-For")).isEqualTo("127.0.0.1");
      assertThat(value(stranger, "X-Forwarded-Proto")).isEqualTo("http");
      assertThat(value(believed, "X-Forwarded-For")).isEqualTo("192.0.2.9, 127.0.0.1");
      assertThat(value(believed, "X-Real-IP")).isEqualTo("192.0.2.9");
      assertThat(value(seen(elsewhere, upstream, told), "X-Real-IP")).isEqualTo("127.0.0.1");
    }
  }

  @Test
  @ShowsKeys(configMap = "use-proxy-protocol")
  void clientsAddressIsThatOfTheProxyHeader() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      NginxEdge edge = NginxEdge.to(upstream.port()).key("use-proxy-protocol", true);
      String seen = seen(edge, upstream, "PROXY TCP4 192.0.2.9 192.0.2.1 5000 80\r\n" + GET);

      assertThat(value(seen, "X-Real-IP")).isEqualTo("192.0.2.9");
    }
  }

  @ParameterizedTest
  @CsvSource({"1025, 413", "1024, 200"})
  @ShowsKeys(configMap = "proxy-body-size")
  void bodyIsBounded(int length, int status) throws Exception {
    try (RawUpstream upstream =
        new RawUpstream(
            peer -> {
              String head = peer.request();
              peer.read(head == null ? 0 : 1024);
              peer.send(RawUpstream.OK);
            })) {
      NginxEdge edge = NginxEdge.to(upstream.port()).key("proxy-body-size", "1k");
      String post =
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: "
              + length
              + "\r\n\r\n"
              + "x".repeat(length);

      assertThat(answer(edge, post)).startsWith("HTTP/1.1 " + status + " ");
    }
  }

  @Test
  @ShowsKeys(configMap = "large-client-header-buffers")
  void headsAreBounded() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      NginxEdge edge = NginxEdge.to(upstream.port()).key("large-client-header-buffers", "2 1k");

      assertThat(answer(edge, get("X-Long: " + "x".repeat(2048) + "\r\n")))
          .startsWith("HTTP/1.1 431 ");
      assertThat(answer(edge, GET.replace("/cart", "/" + "x".repeat(1024))))
          .startsWith("HTTP/1.1 414 ");
      assertThat(answer(edge, get("X-Long: " + "x".repeat(1024) + "\r\n")))
          .startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  @ShowsKeys(configMap = "keep-alive")
  void idleConnectionIsClosed() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway = start(NginxEdge.to(upstream.port()).key("keep-alive", 1));
        RawClient client = gateway.connect()) {
      assertThat(client.send(GET).response()).startsWith("HTTP/1.1 200 ");
      assertThat(client.ending()).isEqualTo(Ending.CLOSED);
    }
  }

  @Test
  @ShowsKeys(annotations = {"upstream-vhost", "x-forwarded-prefix"})
  void hostAndPrefixAreWhatAnnotationsSay() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      NginxEdge edge =
          NginxEdge.to(upstream.port())
              .annotation("upstream-vhost", "internal.example")
              .annotation("x-forwarded-prefix", "/app");
      String seen = seen(edge, upstream, GET);

      assertThat(value(seen, "Host")).isEqualTo("internal.example");
      assertThat(value(seen, "X-Forwarded-Prefix")).isEqualTo("/app");
    }
  }

  @Test
  @ShowsKeys(configMap = "hide-headers")
  void headersAreHidden() throws Exception {
    String answer = "HTTP/1.1 200 OK\r\nX-Runtime: 1\r\nX-Other: 2\r\nContent-Length: 0\r\n\r\n";
    try (RawUpstream upstream = RawUpstream.answering(answer)) {
      NginxEdge edge = NginxEdge.to(upstream.port()).key("hide-headers", "x-runtime");

      assertThat(answer(edge, GET))
          .doesNotContainIgnoringCase("x-runtime")
          .containsIgnoringCase("x-other: 2");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "permanent-redirect, https://new.example/, 301",
    "temporal-redirect, https://new.example/, 302",
    "auth-type, basic, 503",
    "whitelist-source-range, 10.0.0.0/8, 403",
    "whitelist-source-range, 127.0.0.0/8, 200",
    "denylist-source-range, 127.0.0.1, 403",
    "force-ssl-redirect, true, 308",
  })
  @ShowsKeys(
      annotations = {
        "permanent-redirect",
        "temporal-redirect",
        "whitelist-source-range",
        "denylist-source-range",
        "force-ssl-redirect"
      })
  void requestIsAnsweredHere(String annotation, String value, int status) throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      NginxEdge edge = NginxEdge.to(upstream.port()).annotation(annotation, value);

      assertThat(answer(edge, GET)).startsWith("HTTP/1.1 " + status + " ");
    }
  }

  @Test
  @ShowsKeys(annotations = {"enable-cors", "cors-allow-origin", "cors-max-age"})
  void browsersAreToldWhatPagesMayDo() throws Exception {
    try (RawUpstream upstream =
        RawUpstream.answering(
            "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 0\r\n\r\n")) {
      NginxEdge edge =
          NginxEdge.to(upstream.port())
              .annotation("enable-cors", true)
              .annotation("cors-allow-origin", "https://*.example.com")
              .annotation("cors-max-age", 60);
      String ours = "Origin: https://app.example.com\r\n";
      String preflight = get(ours).replace("GET", "OPTIONS");

      assertThat(answer(edge, preflight))
          .startsWith("HTTP/1.1 204 ")
          .containsIgnoringCase("access-control-allow-origin: https://app.example.com\r\n")
          .containsIgnoringCase("access-control-allow-methods: GET, PUT, POST,")
          .containsIgnoringCase("access-control-max-age: 60\r\n");
      assertThat(value(answer(edge, get(ours)), "Access-Control-Allow-Origin"))
          .isEqualTo("https://app.example.com");
      assertThat(answer(edge, get("Origin: https://evil.example\r\n").replace("GET", "OPTIONS")))
          .startsWith("HTTP/1.1 200 ")
          .containsIgnoringCase("vary: origin\r\n");
    }
  }

  @Test
  @ShowsKeys(annotations = "ssl-redirect")
  void requestInClearIsSentToHttps_whereTheHostHasACertificate() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      NginxEdge edge = NginxEdge.to(upstream.port()).withCertificate();

      assertThat(answer(edge, GET))
          .startsWith("HTTP/1.1 308 ")
          .containsIgnoringCase("location: https://shop.example/cart\r\n");
      assertThat(answer(edge.annotation("ssl-redirect", false), GET)).startsWith("HTTP/1.1 200 ");
    }
  }
}
