package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.explain.ExplainQuery;
import dev.headwater.gateway.explain.Explainer;
import dev.headwater.routes.Configuration;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import zipkin2.Span;

/** {@code use-regex} and {@code rewrite-target} through real requests. */
class ITIngressPaths {
  private static final Map<String, String> REWRITE =
      Map.of("use-regex", "true", "rewrite-target", "/$2");

  private static String get(String target) {
    return "GET " + target + " HTTP/1.1\r\nHost: rewrite.bar.com\r\n\r\n";
  }

  private static String status(RawClient client, String target) throws Exception {
    return client.send(get(target)).response().substring(9, 12);
  }

  /** The example of ingress-nginx's page on rewriting, and what goes with it. */
  @ParameterizedTest
  @CsvSource({
    "/something, /",
    "/something/, /",
    "/something/new, /new",
    "/Something/New?a=/something/b, /New?a=/something/b",
    "/something/a%20b/%C3%A9, /a%20b/%C3%A9",
    "/something/a%2Fb, /a%2Fb",
    "/something//new, /new",
    "/something/x/../new, /new",
    "/something/$1, /$1",
    "/something?, /?",
  })
  @ShowsKeys(annotations = "rewrite-target")
  void backendGetsTheRewrittenPath(String target, String sent) throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway =
            new IngressEdge()
                .service("http-svc", upstream)
                .ingress(
                    "rewrite",
                    REWRITE,
                    IngressEdge.rule("rewrite.bar.com", "/something(/|$)(.*)", "http-svc"))
                .start();
        RawClient client = gateway.connect()) {
      assertThat(status(client, target)).isEqualTo("200");
      assertThat(upstream.request()).startsWith("GET " + sent + " HTTP/1.1\r\n");
    }
  }

  @Test
  @ShowsKeys(annotations = "use-regex")
  void pathsOfAHost_areExpressions_theLongestFirst() throws Exception {
    try (RawUpstream all = RawUpstream.answering(answer("all"));
        RawUpstream api = RawUpstream.answering(answer("api"));
        RunningGateway gateway =
            new IngressEdge()
                .service("all", all)
                .service("api", api)
                .ingress("all", Map.of(), IngressEdge.rule("rewrite.bar.com", "/v", "all"))
                .ingress(
                    "api",
                    Map.of("use-regex", "true"),
                    IngressEdge.rule("rewrite.bar.com", "/v[0-9]+/api", "api"))
                .start();
        RawClient client = gateway.connect()) {
      assertThat(client.send(get("/v1/api/x")).response()).endsWith("api");
      assertThat(client.send(get("/V22/API")).response()).endsWith("api");
      assertThat(client.send(get("/vx/api")).response()).endsWith("all");
      assertThat(client.send(get("/Vienna")).response()).endsWith("all");
      assertThat(status(client, "/x/v1/api")).isEqualTo("404");
    }
  }

  private static String answer(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
  }

  @Test
  void onlyTheRefusedPathIsMissing() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway =
            new IngressEdge()
                .service("web", upstream)
                .ingress(
                    "web",
                    Map.of("use-regex", "true"),
                    IngressEdge.rule(
                        "rewrite.bar.com", "/(?!admin).*", "web", "/open/.*", "web", "/a(", "web"))
                .start();
        RawClient client = gateway.connect()) {
      assertThat(status(client, "/open/x")).isEqualTo("200");
      assertThat(status(client, "/closed")).isEqualTo("404");
    }
  }

  /** Requests whose pieces would climb, or change their meaning, in their new place. */
  @ParameterizedTest
  @CsvSource({
    "/files/..json, 400",
    "/files/.json, 400",
    "/files/x/..json, 400",
    "/files/a.json, 200",
    "/files/...json, 200",
  })
  void piecesThatMakeADotSegment_areNotSent(String target, String status) throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway =
            new IngressEdge()
                .service("web", upstream)
                .ingress(
                    "web",
                    Map.of("rewrite-target", "/data/$1"),
                    IngressEdge.rule("rewrite.bar.com", "/files/(.*)json", "web"))
                .start();
        RawClient client = gateway.connect()) {
      String answer = client.send(get(target)).response();

      assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
      if (status.equals("400")) {
        assertThat(answer).contains("reason: rewritten_path\n");
      } else {
        String sent = target.replace("/files", "/data").replace("json", "");
        assertThat(upstream.request()).startsWith("GET " + sent + " HTTP/1.1\r\n");
      }
    }
  }

  @Test
  void anExpressionThatExplodesElsewhere_holdsNobodyUp() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway =
            new IngressEdge()
                .service("web", upstream)
                .ingress(
                    "web",
                    Map.of("rewrite-target", "/$1"),
                    IngressEdge.rule("rewrite.bar.com", "/((a*)*)*b", "web"))
                .start();
        RawClient client = gateway.connect()) {
      long started = System.nanoTime();
      assertThat(status(client, "/" + "a".repeat(7_000))).isEqualTo("404");
      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
      assertThat(status(client, "/aab")).isEqualTo("200");
      assertThat(upstream.request()).startsWith("GET /aa HTTP/1.1\r\n");
    }
  }

  @Test
  void everyTryGetsTheRewrittenPath_asItsSpanSays() throws Exception {
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  peer.request();
                  if (peer.number() == 1) {
                    peer.reset();
                  } else {
                    peer.send(RawUpstream.OK);
                  }
                });
        RawUpstream collector = RawUpstream.answering(answer("never asked twice"));
        RunningGateway gateway =
            new IngressEdge()
                .service("web", upstream)
                .configMap(
                    "headwater",
                    Map.of(
                        "enable-opentracing", "true",
                        "zipkin-collector-host", "127.0.0.1",
                        "zipkin-collector-port", String.valueOf(collector.port())))
                .ingress(
                    "web",
                    REWRITE,
                    IngressEdge.rule("rewrite.bar.com", "/something(/|$)(.*)", "web"))
                .start();
        RawClient client = gateway.connect()) {
      assertThat(status(client, "/something/new?a=b")).isEqualTo("200");
      assertThat(upstream.request()).startsWith("GET /new?a=b HTTP/1.1\r\n");
      assertThat(upstream.request()).startsWith("GET /new?a=b HTTP/1.1\r\n");

      List<Span> trace = gateway.trace(2);
      assertThat(trace.get(0).tags())
          .containsEntry("http.path", "/something/new")
          .containsEntry("http.route", "/something(/|$)(.*)");
      assertThat(trace.subList(1, 3))
          .allSatisfy(each -> assertThat(each.tags()).containsEntry("http.path", "/new"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/something/new, forwarded to shop/web:80 (weight 1) as /new",
    "/files/..json, 400: path leads above the root",
  })
  void explanationNamesTheRewrittenPath(String path, String answer) throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      Configuration configuration =
          new IngressEdge()
              .service("web", upstream)
              .ingress(
                  "web",
                  REWRITE,
                  IngressEdge.rule(
                      "a.test", "/something(/|$)(.*)", "web", "/files(/)(.*)json", "web"))
              .compiled()
              .configuration();
      ExplainQuery query = ExplainQuery.parse("GET", "http://a.test" + path, List.of(), null, null);

      assertThat(Explainer.of(configuration).explain(query).answer()).isEqualTo(answer);
    }
  }
}
