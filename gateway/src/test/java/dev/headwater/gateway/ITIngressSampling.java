package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import zipkin2.Span;

/** Annotations of our own that say which traces are kept, through real requests. */
class ITIngressSampling {
  /** So rare that no request here is sampled at its start, and still not 0. */
  private static final String RARELY = "0.000000001";

  private RawUpstream collector;

  @BeforeEach
  void collect() throws Exception {
    collector = ITNginxKeys.collector();
  }

  @AfterEach
  void close() {
    collector.close();
  }

  private Map<String, String> tracing() {
    return Map.of(
        "enable-opentracing", "true",
        "zipkin-collector-host", "127.0.0.1",
        "zipkin-collector-port", String.valueOf(collector.port()));
  }

  private static RawUpstream upstream() throws Exception {
    return new RawUpstream(
        peer -> {
          for (String head = peer.request(); head != null; head = peer.request()) {
            peer.send(
                head.startsWith("GET /bad")
                    ? "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"
                    : RawUpstream.OK);
          }
        });
  }

  private static String get(String host, String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
  }

  @Test
  void failedRequestsOfTheIngressAreKept_andNoOthers() throws Exception {
    try (RawUpstream upstream = upstream();
        RunningGateway gateway =
            new IngressEdge()
                .service("web", upstream)
                .configMap("headwater", tracing())
                .ingress(
                    "kept",
                    Map.of(
                        "headwater.dev/sample-rate",
                        RARELY,
                        "headwater.dev/late-keep",
                        "errors: true"),
                    IngressEdge.rule("kept.example", "/", "web"))
                .ingress(
                    "other",
                    Map.of("headwater.dev/sample-rate", RARELY),
                    IngressEdge.rule("other.example", "/", "web"))
                .start();
        RawClient client = gateway.connect()) {
      assertThat(client.send(get("kept.example", "/good")).response()).contains(" 200 ");
      assertThat(client.send(get("other.example", "/bad")).response()).contains(" 500 ");
      assertThat(client.send(get("kept.example", "/bad")).response()).contains(" 500 ");

      List<Span> trace = gateway.trace(1);
      assertThat(trace.get(0).tags())
          .containsEntry("sampling.reason", "late")
          .containsEntry("sampling.rule", "route:shop/kept/0/0")
          .containsEntry("http.status_code", "500");
      assertThat(upstream.request()).contains("X-B3-Sampled: 0");
      gateway.flush();
      assertThat(gateway.waitingSpans()).as("of a 200, or of the other Ingress").isZero();
    }
  }

  @Test
  void lateKeepOfAnIngressIsLive() throws Exception {
    try (RawUpstream upstream = upstream();
        RunningGateway gateway = edge(upstream, "errors: false").start();
        RawClient client = gateway.connect()) {
      client.send(get("kept.example", "/bad")).response();
      gateway.flush();
      assertThat(gateway.waitingSpans()).isZero();

      gateway.swap(edge(upstream, "errors: true"));
      client.send(get("kept.example", "/bad")).response();

      assertThat(gateway.trace(1).get(0).tags()).containsEntry("sampling.reason", "late");
    }
  }

  private IngressEdge edge(RawUpstream upstream, String lateKeep) {
    return new IngressEdge()
        .service("web", upstream)
        .configMap("headwater", tracing())
        .ingress(
            "kept",
            Map.of("headwater.dev/sample-rate", RARELY, "headwater.dev/late-keep", lateKeep),
            IngressEdge.rule("kept.example", "/", "web"));
  }
}
