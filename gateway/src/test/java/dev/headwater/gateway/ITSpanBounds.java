package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.metrics.MetricsView.RequestSeries;
import dev.headwater.routes.SpanPolicy;
import dev.headwater.routes.SpanPolicy.Capture;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import zipkin2.Span;

/** What spans hold of what peers send, and what they never do. */
class ITSpanBounds {
  private static final String SECRET = "hunter2";

  private static RawUpstream upstream;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    upstream =
        RawUpstream.answering(
            "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nX-Cache: hit\r\nSet-Cookie: s="
                + SECRET
                + "\r\nLocation: https://me:"
                + SECRET
                + "@a.example/next?token="
                + SECRET
                + "\r\n\r\n");
    SpanPolicy spans =
        new SpanPolicy(
            64,
            256,
            List.of(Capture.query("page")),
            List.of(Capture.requestHeader("referer"), Capture.requestHeader("x-tenant")),
            List.of(Capture.responseHeader("x-cache"), Capture.responseHeader("location")),
            Duration.ZERO);
    gateway = RunningGateway.of(Configurations.to(upstream.port()).spans(spans));
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    upstream.close();
  }

  private static String send(String request) throws Exception {
    try (RawClient client = gateway.connect()) {
      return client.send(request).rest();
    }
  }

  @Test
  void listedNames_areRecorded_andNothingElse() throws Exception {
    send(
        "GET /cart?session="
            + SECRET
            + "&page=3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Tenant: one\r\n"
            + "X-Other: "
            + SECRET
            + "\r\nAuthorization: Bearer "
            + SECRET
            + "\r\nCookie: s="
            + SECRET
            + "\r\nReferer: https://me:"
            + SECRET
            + "@b.example/from?password="
            + SECRET
            + "\r\n\r\n");
    List<Span> trace = gateway.trace(1);
    assertThat(trace.get(0).tags())
        .containsEntry("http.path", "/cart")
        .containsEntry("http.query.page", "3")
        .containsEntry("http.request.header.x-tenant", "one")
        .containsEntry("http.request.header.referer", "https://b.example/from")
        .containsEntry("http.response.header.x-cache", "hit")
        .containsEntry("http.response.header.location", "https://a.example/next");
    assertThat(trace.toString()).doesNotContain(SECRET);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET http://me:hunter2@a/x?y HTTP/1.1\r\nHost: a",
        "GET http://hunter2@a/ HTTP/1.1\r\nHost: a",
        "GET / HTTP/1.1\r\nHost: me:hunter2@a",
        "GET http://a/?hunter2 HTTP/1.1\r\nHost: a",
        "GET /?hunter2 HTTP/1.1\r\nHost: a",
        "GET /;x?hunter2#hunter2 HTTP/1.1\r\nHost: a",
        "OPTIONS /?a=1&hunter2 HTTP/1.1\r\nHost: a",
      })
  void userinfoAndQuery_areOnNoSpan(String head) throws Exception {
    String answer = send(head + "\r\nConnection: close\r\n\r\n");
    List<Span> spans = gateway.spans(answer.startsWith("HTTP/1.1 302 ") ? 2 : 1);
    assertThat(spans.toString()).doesNotContain("hunter2").doesNotContain("me:");
  }

  @Test
  void unknownMethods_haveOneNameAndOneLabel() throws Exception {
    for (int i = 0; i < 20; i++) {
      send("BREW" + i + " /pot HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      assertThat(gateway.trace(1))
          .allSatisfy(span -> assertThat(span.name()).startsWith("http"))
          .allSatisfy(span -> assertThat(span.tags()).containsEntry("http.method", "_OTHER"));
    }
    assertThat(gateway.view().routes())
        .flatExtracting(route -> route.series())
        .extracting(RequestSeries::method)
        .contains("_OTHER")
        .noneMatch(method -> method.startsWith("BREW"));
  }

  @Test
  void longValues_areCut() throws Exception {
    String longPath = "/" + "x".repeat(4000);
    send(
        "GET "
            + longPath
            + "?page="
            + "3".repeat(1000)
            + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Tenant: "
            + "y".repeat(5000)
            + "\r\n\r\n");
    assertThat(gateway.trace(1))
        .allSatisfy(
            span -> assertThat(span.tags().values()).allMatch(value -> value.length() <= 256));
  }
}
