package dev.headwater.gateway.brave;

import static org.assertj.core.api.Assertions.assertThat;

import brave.handler.MutableSpan;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Callback;
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

/** What Brave's client contract asks through hooks, asked of CLIENT spans over HTTP. */
class ITAttemptSpans {
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
          - name: silent
            match: {path: {prefix: /silent}}
            to: [{upstream: app}]
            sampling: {rate: 0}
          - {name: app, match: {path: {prefix: /}}, to: [{upstream: app}], retry: {attempts: 0}}
        """
            .formatted(upstream.getPort()),
        "1");
  }

  @AfterEach
  void stop() throws IOException {
    edge.close();
    upstream.close();
  }

  private Request request(String path) {
    return new Request.Builder().url(edge.url(path)).build();
  }

  private int get(String path) throws IOException {
    try (Response response = client.newCall(request(path)).execute()) {
      response.body().bytes();
      return response.code();
    }
  }

  private RecordedRequest received() throws InterruptedException {
    RecordedRequest request = upstream.takeRequest(3, TimeUnit.SECONDS);
    assertThat(request).as("request at the upstream").isNotNull();
    return request;
  }

  @Test
  void routeOfRateZero_sendsUnsampled() throws Exception {
    upstream.enqueue(new MockResponse());
    assertThat(get("/silent/foo")).isEqualTo(200);
    RecordedRequest request = received();
    assertThat(request.getHeader("X-B3-Sampled")).isEqualTo("0");
    assertThat(request.getHeader("X-B3-TraceId")).matches("[0-9a-f]{32}");
    assertThat(request.getHeader("X-B3-SpanId")).matches("[0-9a-f]{16}");
    edge.close();
    assertThat(edge.spans().spans()).isEmpty();
  }

  @Test
  void attemptSpan_tellsRequestAndResponse() throws Exception {
    upstream.enqueue(new MockResponse().setResponseCode(201));
    get("/foo/bar?z=2&token=secret");
    assertThat(received().getPath()).isEqualTo("/foo/bar?z=2&token=secret");
    MutableSpan span = edge.spans().attemptOf("/foo/bar");
    assertThat(span.tags())
        .containsEntry("http.method", "GET")
        .containsEntry("http.status_code", "201");
    assertThat(span.tags().values()).noneMatch(value -> value.contains("secret"));
    assertThat(span.remoteServiceName()).isEqualTo("app");
    assertThat(span.remotePort()).isEqualTo(upstream.getPort());
  }

  @Test
  void redirect_isRelayedAndEachRequestHasItsAttempt() throws Exception {
    upstream.enqueue(
        new MockResponse().setResponseCode(302).addHeader("Location", edge.url("/bar")));
    upstream.enqueue(new MockResponse().setResponseCode(404));
    assertThat(get("/foo")).isEqualTo(404);
    MutableSpan initial = edge.spans().attemptOf("/foo");
    MutableSpan redirected = edge.spans().attemptOf("/bar");
    assertThat(initial.tags()).containsEntry("http.status_code", "302").doesNotContainKey("error");
    assertThat(redirected.tags()).containsEntry("http.status_code", "404");
    assertThat(initial.traceId()).isNotEqualTo(redirected.traceId());
    assertThat(initial.finishTimestamp()).isLessThanOrEqualTo(redirected.startTimestamp());
  }

  @Test
  void transportFailure_isTaggedWithItsPhase() throws Exception {
    upstream.enqueue(new MockResponse().setSocketPolicy(SocketPolicy.DISCONNECT_AT_START));
    assertThat(get("/foo")).isEqualTo(502);
    MutableSpan span = edge.spans().attemptOf("/foo");
    assertThat(span.tags()).containsKey("error").doesNotContainKey("http.status_code");
    assertThat(edge.spans().server(span.parentId()).tags()).containsKey("headwater.phase");
  }

  @Test
  void interleavedAnswers_endTheirOwnAttempts() throws Exception {
    upstream.enqueue(new MockResponse().setHeadersDelay(300, TimeUnit.MILLISECONDS));
    CompletableFuture<Integer> slow = getAsync("/slow");
    received();
    upstream.enqueue(new MockResponse());
    CompletableFuture<Integer> quick = getAsync("/quick");
    assertThat(quick.get(3, TimeUnit.SECONDS)).isEqualTo(200);
    assertThat(slow.get(3, TimeUnit.SECONDS)).isEqualTo(200);
    for (String path : new String[] {"/slow", "/quick"}) {
      MutableSpan attempt = edge.spans().attemptOf(path);
      MutableSpan server = edge.spans().server(attempt.parentId());
      assertThat(server.tag("http.path")).isEqualTo(path);
      assertThat(server.traceId()).isEqualTo(attempt.traceId());
      assertThat(attempt.finishTimestamp()).isLessThanOrEqualTo(server.finishTimestamp());
    }
    assertThat(edge.spans().attemptOf("/quick").finishTimestamp())
        .isLessThan(edge.spans().attemptOf("/slow").finishTimestamp());
  }

  private CompletableFuture<Integer> getAsync(String path) {
    CompletableFuture<Integer> status = new CompletableFuture<>();
    client
        .newCall(request(path))
        .enqueue(
            new Callback() {
              @Override
              public void onFailure(Call call, IOException failure) {
                status.completeExceptionally(failure);
              }

              @Override
              public void onResponse(Call call, Response response) {
                try (response) {
                  status.complete(response.code());
                }
              }
            });
    return status;
  }
}
