package dev.headwater.gateway.brave;

import static org.assertj.core.api.Assertions.assertThat;

import brave.handler.MutableSpan;
import dev.headwater.gateway.FaultRow;
import dev.headwater.sampling.propagation.KnownTraceHeaders;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.mockwebserver.MockResponse;
import okhttp3.mockwebserver.MockWebServer;
import okhttp3.mockwebserver.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trace headers of callers whom nobody trusts, and what of them arrives at an upstream. */
class ITStrangersHeaders {
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
          - name: silent
            match: {path: {prefix: /silent}}
            to: [{upstream: app}]
            sampling: {rate: 0}
            trace: {mode: restart}
          - name: restarted
            match: {path: {prefix: /restarted}}
            to: [{upstream: app}]
            trace: {mode: restart}
          - name: continued
            match: {path: {prefix: /continued}}
            to: [{upstream: app}]
            trace: {mode: continue-ids}
          - name: tenth
            match: {path: {prefix: /tenth}}
            filters: [{respond: {status: 200}}]
            sampling: {rate: 0.1}
            trace: {mode: continue-ids}
          - {name: trusted, match: {path: {prefix: /trusted}}, to: [{upstream: app}]}
        """
            .formatted(upstream.getPort()),
        "1");
  }

  @AfterEach
  void stop() throws IOException {
    edge.close();
    upstream.close();
  }

  private void get(String path, Headers headers) throws IOException {
    Request request = new Request.Builder().url(edge.url(path)).headers(headers).build();
    try (Response response = client.newCall(request).execute()) {
      assertThat(response.code()).isEqualTo(200);
    }
  }

  /** Sends a request to an upstream and returns what arrives there. */
  private RecordedRequest forwarded(String path, Headers headers) throws Exception {
    upstream.enqueue(new MockResponse());
    get(path, headers);
    RecordedRequest received = upstream.takeRequest(3, TimeUnit.SECONDS);
    assertThat(received).as("request at the upstream").isNotNull();
    return received;
  }

  private static List<String> traceHeaders(RecordedRequest received) {
    List<String> names = new ArrayList<>();
    received.getHeaders().forEach(header -> names.add(header.getFirst()));
    names.removeIf(name -> !KnownTraceHeaders.contains(name));
    return names;
  }

  private static Headers everything() {
    return Headers.of(
        "b3", TRACE + "-" + SPAN + "-d",
        "X-B3-TraceId", TRACE,
        "X-B3-SpanId", SPAN,
        "X-B3-ParentSpanId", SPAN,
        "X-B3-Sampled", "1",
        "X-B3-Flags", "1",
        "traceparent", "00-" + TRACE + "-" + SPAN + "-01",
        "tracestate", "foo=1",
        "grpc-trace-bin", "AAAKs7QNTA5gPZuBGZl2YgEBAgMEBQYHCAIB",
        "uber-trace-id", TRACE + ":" + SPAN + ":0:1",
        "uberctx-key", "value",
        "jaeger-debug-id", "now",
        "ot-tracer-traceid", SPAN,
        "ot-baggage-key", "value",
        "x-ot-span-context", "x",
        "X-Amzn-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1",
        "X-Cloud-Trace-Context", TRACE + "/1;o=1",
        "x-datadog-sampling-priority", "2",
        "sw8", "1-x",
        "l5d-ctx-trace", "x",
        "l5d-sample", "1.0",
        "x-client-trace-id", "force",
        "x-envoy-force-trace", "true",
        "headwater-force", "sampled");
  }

  @Test
  void restart_nothingOfAStrangersTraceArrives() throws Exception {
    RecordedRequest received = forwarded("/silent/a", everything());
    assertThat(traceHeaders(received))
        .containsExactlyInAnyOrder("X-B3-TraceId", "X-B3-SpanId", "X-B3-Sampled");
    assertThat(received.getHeader("X-B3-TraceId")).matches("[0-9a-f]{32}").isNotEqualTo(TRACE);
    assertThat(received.getHeader("X-B3-SpanId")).matches("[0-9a-f]{16}").isNotEqualTo(SPAN);
    assertThat(received.getHeader("X-B3-Sampled")).isEqualTo("0");
    edge.close();
    assertThat(edge.spans().spans()).as("spans of a route of rate 0").isEmpty();
  }

  @Test
  void restart_strangersIdIsATag() throws Exception {
    RecordedRequest received = forwarded("/restarted/a", everything());
    MutableSpan span = edge.spans().serverOf("/restarted/a");
    assertThat(span.traceId()).isEqualTo(received.getHeader("X-B3-TraceId")).isNotEqualTo(TRACE);
    assertThat(span.parentId()).isNull();
    assertThat(span.debug()).isFalse();
    assertThat(span.tags())
        .containsEntry("client.trace_id", TRACE)
        .containsEntry("sampling.reason", "default");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "463AC35C9F6413AD48485A3953BB6124",
        "463ac35c9f6413ad48485a3953bb612",
        "463ac35c9f6413ad48485a3953bb61245",
        "00000000000000000000000000000000",
        "463ac35c9f6413ad48485a3953bb612g",
        "x"
      })
  @FaultRow("T3")
  void trusted_malformedIdsStartANewTrace(String traceId) throws Exception {
    RecordedRequest received =
        forwarded(
            "/trusted/a",
            Headers.of("X-B3-TraceId", traceId, "X-B3-SpanId", SPAN, "X-B3-Sampled", "0"));
    assertThat(received.getHeader("X-B3-TraceId")).matches("[0-9a-f]{32}").isNotEqualTo(traceId);
    MutableSpan span = edge.spans().serverOf("/trusted/a");
    assertThat(span.parentId()).isNull();
    assertThat(span.tags()).containsEntry("sampling.reason", "default");
  }

  @Test
  @FaultRow("T4")
  void trusted_duplicatedContextStartsANewTrace() throws Exception {
    Headers twice =
        new Headers.Builder()
            .add("b3", TRACE + "-" + SPAN + "-0")
            .add("b3", TRACE + "-" + SPAN + "-0")
            .build();
    RecordedRequest received = forwarded("/trusted/twice", twice);
    assertThat(received.getHeader("X-B3-TraceId")).isNotEqualTo(TRACE);
    assertThat(received.getHeader("X-B3-Sampled")).isEqualTo("1");
  }

  @Test
  @FaultRow("T4")
  void trusted_singleWinsOverMultiAndTraceparent() throws Exception {
    Headers conflicting =
        Headers.of(
            "b3",
            TRACE + "-" + SPAN + "-0",
            "X-B3-TraceId",
            "1".repeat(32),
            "X-B3-SpanId",
            SPAN,
            "X-B3-Sampled",
            "1",
            "traceparent",
            "00-" + "2".repeat(32) + "-" + SPAN + "-01");
    RecordedRequest received = forwarded("/trusted/conflict", conflicting);
    assertThat(received.getHeader("X-B3-TraceId")).isEqualTo(TRACE);
    assertThat(received.getHeader("X-B3-Sampled")).isEqualTo("0");
    assertThat(traceHeaders(received)).hasSize(3);
  }

  @Test
  void continueIds_idsAreKeptAndTheClaimIsNot() throws Exception {
    RecordedRequest received =
        forwarded("/continued/a", Headers.of("b3", TRACE + "-" + SPAN + "-0"));
    assertThat(received.getHeader("X-B3-TraceId")).isEqualTo(TRACE);
    assertThat(received.getHeader("X-B3-Sampled")).isEqualTo("1");
    assertThat(edge.spans().serverOf("/continued/a").parentId()).isEqualTo(SPAN);
  }

  @Test
  @FaultRow("T7")
  void continueIds_aChosenIdDoesNotChooseTheDecision() throws Exception {
    Headers chosen = Headers.of("b3", "0".repeat(31) + "1-" + SPAN + "-d");
    for (int i = 0; i < 10_000; i++) {
      get("/tenth/" + i, chosen);
    }
    edge.close();
    List<MutableSpan> kept = edge.spans().spans();
    // 99.9 % of Binomial(10,000; 0.1): 1,000 +- 3.29 * 30.
    assertThat(kept).hasSizeBetween(901, 1_099);
    assertThat(kept).allMatch(span -> span.traceId().endsWith("0001"));
    assertThat(kept).allMatch(span -> span.parentId().equals(SPAN) && !span.debug());
  }
}
