package dev.headwater.gateway.brave;

import static org.assertj.core.api.Assertions.assertThat;

import brave.handler.MutableSpan;
import java.io.IOException;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.mockwebserver.MockResponse;
import okhttp3.mockwebserver.MockWebServer;
import okhttp3.mockwebserver.RecordedRequest;
import okhttp3.mockwebserver.SocketPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Brave's server contract asks through application code, asked of SERVER spans over HTTP. */
class ITServerSpans {
  private static final String TRACE = "463ac35c9f6413ad48485a3953bb6124";
  private static final String SPAN = "a2fb4a1d1a96d312";

  private final OkHttpClient client = new OkHttpClient();
  private final MockWebServer upstream = new MockWebServer();
  private final ConfiguredEdge edge = new ConfiguredEdge(span -> {});

  @BeforeEach
  void start() throws IOException {
    edge.start(
        """
        upstreams:
          - {name: app, endpoints: ["http://127.0.0.1:%d"]}
        routes:
          - {name: foo, match: {path: {exact: /foo}}, filters: [{respond: {status: 200, body: foo}}]}
          - {name: silent, match: {path: {exact: /silent}}, filters: [{respond: {status: 200}}], sampling: {rate: 0}}
          - {name: bad, match: {path: {exact: /badrequest}}, filters: [{respond: {status: 400}}]}
          - {name: nested, match: {path: {prefix: /nested/items}}, filters: [{respond: {status: 200}}]}
          - {name: items, match: {path: {prefix: /items}}, filters: [{respond: {status: 200}}]}
          - {name: app, match: {path: {prefix: /app}}, to: [{upstream: app}], retry: {attempts: 0}}
        """
            .formatted(upstream.getPort()),
        "1");
  }

  @AfterEach
  void stop() throws IOException {
    edge.close();
    upstream.close();
  }

  private int get(String path, String... headers) throws IOException {
    Request.Builder request = new Request.Builder().url(edge.url(path));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    try (Response response = client.newCall(request.build()).execute()) {
      response.body().bytes();
      return response.code();
    }
  }

  @Test
  void trustedContext_isContinuedByAChild() throws IOException {
    get("/foo", "b3", TRACE + "-" + SPAN + "-1");
    MutableSpan span = edge.spans().serverOf("/foo");
    assertThat(span.traceId()).isEqualTo(TRACE);
    assertThat(span.parentId()).isEqualTo(SPAN);
    assertThat(span.id()).isNotEqualTo(SPAN);
    assertThat(span.shared()).isFalse();
    assertThat(span.tag("sampling.reason")).isEqualTo("inherited");
  }

  @Test
  void baggageOfAnApplication_passesThrough() throws Exception {
    for (String sampled : new String[] {"1", "0"}) {
      upstream.enqueue(new MockResponse());
      get("/app/baggage", "X-B3-Sampled", sampled, "user_id", "joey");
      RecordedRequest received = upstream.takeRequest();
      assertThat(received.getHeader("user_id")).isEqualTo("joey");
      assertThat(received.getHeader("X-B3-Sampled")).isEqualTo(sampled);
    }
    edge.close();
    assertThat(edge.spans().spans()).as("SERVER and CLIENT of the sampled request").hasSize(2);
  }

  @Test
  void routeOfRateZero_isNotReported() throws IOException {
    assertThat(get("/silent")).isEqualTo(200);
    edge.close();
    assertThat(edge.spans().spans()).isEmpty();
  }

  @Test
  void attempt_isAChildWithinItsServerSpan() throws IOException {
    upstream.enqueue(new MockResponse().setBody("answer"));
    get("/app/child");
    MutableSpan server = edge.spans().serverOf("/app/child");
    MutableSpan attempt = edge.spans().attemptOf("/app/child");
    assertThat(attempt.traceId()).isEqualTo(server.traceId());
    assertThat(attempt.parentId()).isEqualTo(server.id());
    assertThat(attempt.startTimestamp()).isGreaterThanOrEqualTo(server.startTimestamp());
    assertThat(attempt.finishTimestamp()).isLessThanOrEqualTo(server.finishTimestamp());
  }

  @Test
  void serverSpan_tellsRequestAndResponse() throws IOException {
    get("/foo?z=2&token=secret");
    MutableSpan span = edge.spans().serverOf("/foo");
    assertThat(span.tags())
        .containsEntry("http.method", "GET")
        .containsEntry("http.path", "/foo")
        .containsEntry("http.status_code", "200")
        .containsEntry("http.route", "/foo")
        .containsEntry("headwater.route", "foo");
    assertThat(span.tags().values()).noneMatch(value -> value.contains("secret"));
  }

  @Test
  void spanName_isTheRoutesTemplate() throws IOException {
    get("/items/1?foo");
    get("/items/2?bar");
    get("/nested/items/1?foo");
    assertThat(edge.spans().serverOf("/items/1").name()).isEqualTo("GET /items");
    assertThat(edge.spans().serverOf("/items/2").name()).isEqualTo("GET /items");
    assertThat(edge.spans().serverOf("/nested/items/1").name()).isEqualTo("GET /nested/items");
  }

  @Test
  void clientsError_isNoErrorOfTheServer() throws IOException {
    assertThat(get("/badrequest")).isEqualTo(400);
    assertThat(get("/foo/bark")).isEqualTo(404);
    assertThat(edge.spans().serverOf("/badrequest").tags())
        .containsEntry("http.status_code", "400")
        .doesNotContainKey("error");
    MutableSpan notFound = edge.spans().serverOf("/foo/bark");
    assertThat(notFound.name()).isEqualTo("GET");
    assertThat(notFound.tags())
        .containsEntry("http.method", "GET")
        .containsEntry("http.status_code", "404")
        .doesNotContainKey("http.route");
  }

  @Test
  void failure_isTaggedWithItsPhase() throws IOException {
    upstream.enqueue(new MockResponse().setSocketPolicy(SocketPolicy.DISCONNECT_AFTER_REQUEST));
    int status = get("/app/exception");
    assertThat(status).isEqualTo(502);
    assertThat(edge.spans().serverOf("/app/exception").tags())
        .containsEntry("http.status_code", "502")
        .containsEntry("headwater.phase", "receive")
        .containsKey("error");
  }
}
