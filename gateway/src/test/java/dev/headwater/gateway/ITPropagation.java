package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What of a caller's trace headers counts, and what an upstream gets: by listener, route and
 * upstream, from friends and from strangers. Everybody comes from loopback: strangers are whom a
 * route distrusts.
 */
class ITPropagation {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";
  private static final String OTHER = "1".repeat(32);
  private static final String B3 = "b3: " + TRACE + "-" + SPAN + "-1";
  private static final String W3C = "traceparent: 00-" + OTHER + "-" + SPAN + "-01";
  private static final String L5D =
      "l5d-ctx-trace: "
          + encoded(0xb7ad6b7169203331L, 5, 0x8448eb211c80319cL, 6, 0x0af7651916cd43ddL);

  private static RawUpstream upstream;
  private static RunningGateway gateway;

  private static String encoded(long... words) {
    ByteBuffer bytes = ByteBuffer.allocate(words.length * Long.BYTES);
    for (long word : words) {
      bytes.putLong(word);
    }
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  @BeforeAll
  static void start() throws Exception {
    upstream = RawUpstream.answering(RawUpstream.OK);
    gateway =
        RunningGateway.of(
            """
            listeners:
              - {name: web, address: "127.0.0.1:0", trace: {trusted: [127.0.0.0/8]}}
              - name: w3c
                address: "127.0.0.1:0"
                trace: {trusted: [127.0.0.0/8]}
                propagation: {extract: [tracecontext], inject: [tracecontext, b3-single]}
            upstreams:
              - {name: app, endpoints: ["http://127.0.0.1:%1$d"]}
              - {name: parent, endpoints: ["http://127.0.0.1:%1$d"], parentId: true}
              - {name: single, endpoints: ["http://127.0.0.1:%1$d"], inject: [b3-single]}
              - {name: linkerd, endpoints: ["http://127.0.0.1:%1$d"], inject: [l5d]}
            routes:
              - {name: parent, match: {path: {prefix: /parent}}, to: [{upstream: parent}]}
              - {name: single, match: {path: {prefix: /single}}, to: [{upstream: single}]}
              - {name: linkerd, match: {path: {prefix: /linkerd}}, to: [{upstream: linkerd}]}
              - name: restart
                match: {path: {prefix: /restart}}
                to: [{upstream: app}]
                trace: {mode: restart}
              - name: continue-ids
                match: {path: {prefix: /continue-ids}}
                to: [{upstream: app}]
                trace: {mode: continue-ids}
              - name: quiet
                match: {path: {prefix: /quiet}}
                to: [{upstream: app}]
                sampling: {rate: 0}
              - {name: all, to: [{upstream: app}]}
            tracing:
              propagation: {formerIds: X-Former-Trace}
              sampling: {rate: 1}
              store: {}
            """
                .formatted(upstream.port()));
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    upstream.close();
  }

  @BeforeEach
  void forget() {
    upstream.forget();
    gateway.forgetSpans();
  }

  private static SeenHead seen(String path, String... fields) throws Exception {
    return seenBy("web", path, fields);
  }

  private static SeenHead seenBy(String listener, String path, String... fields) throws Exception {
    ask(listener, path, fields);
    return new SeenHead(upstream.request());
  }

  private static String ask(String listener, String path, String... fields) throws Exception {
    StringBuilder lines = new StringBuilder();
    Arrays.stream(fields).forEach(field -> lines.append(field).append("\r\n"));
    try (RawClient client = gateway.connect(listener, "127.0.0.1")) {
      client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n");
      return client.response();
    }
  }

  /** Names of trace headers that arrive, lower case, in alphabetical order. */
  private static List<String> contexts(SeenHead seen) {
    return Arrays.stream(seen.text().split("\r\n"))
        .map(line -> line.substring(0, Math.max(0, line.indexOf(':'))).toLowerCase(Locale.ROOT))
        .filter(dev.headwater.sampling.propagation.KnownTraceHeaders::contains)
        .sorted()
        .toList();
  }

  private static Map<String, String> tags() throws Exception {
    return gateway.trace(1).get(0).tags();
  }

  @ParameterizedTest
  @CsvSource({
    "web, /, x-b3-sampled x-b3-spanid x-b3-traceid",
    "web, /parent, x-b3-parentspanid x-b3-sampled x-b3-spanid x-b3-traceid",
    "web, /single, b3",
    "web, /linkerd, l5d-ctx-trace",
    "w3c, /, b3 traceparent",
    "w3c, /parent, b3 traceparent",
    "w3c, /single, b3"
  })
  void injection_isTheUpstreamsThenTheListenersThenTheGateways(
      String listener, String path, String names) throws Exception {
    assertThat(contexts(seenBy(listener, path))).containsExactly(names.split(" "));
  }

  @Test
  void parentId_isOurServerSpan() throws Exception {
    SeenHead multi = seen("/parent");
    assertThat(multi.only("X-B3-ParentSpanId")).isEqualTo(gateway.trace(1).get(0).id());
    SeenHead single = seenBy("w3c", "/parent");
    assertThat(single.only("b3"))
        .matches("[0-9a-f]{32}-[0-9a-f]{16}-1-" + gateway.trace(1).get(0).id());
  }

  @Test
  void extraction_isTheListenersThenTheGateways() throws Exception {
    assertThat(seen("/", B3, W3C).traceId()).isEqualTo(TRACE);
    assertThat(seenBy("w3c", "/", B3, W3C).only("traceparent")).contains(OTHER);
    assertThat(seenBy("w3c", "/", B3).only("traceparent")).doesNotContain(TRACE);
  }

  @Test
  void l5dContext_ofAFriendIsContinued_andComesLast() throws Exception {
    SeenHead seen = seen("/", L5D);
    assertThat(seen.traceId()).isEqualTo(TRACE);
    assertThat(contexts(seen)).hasSize(3);
    assertThat(gateway.trace(1).get(0).parentId()).isEqualTo(SPAN);
    assertThat(seen("/", L5D, W3C).traceId()).isEqualTo(OTHER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/restart", "/continue-ids"})
  void l5dContext_ofAStrangerIsNeverRead(String path) throws Exception {
    SeenHead seen = seen(path, L5D);
    assertThat(seen.traceId()).isNotEqualTo(TRACE);
    assertThat(contexts(seen)).hasSize(3);
    assertThat(seen.all("X-Former-Trace")).isEmpty();
    assertThat(tags()).doesNotContainKey("client.trace_id");
  }

  @Test
  void l5dContext_writtenForAMeshOfLinkerd1_hasOurIds() throws Exception {
    byte[] bytes = Base64.getDecoder().decode(seen("/linkerd").only("l5d-ctx-trace"));
    ByteBuffer words = ByteBuffer.wrap(bytes);
    var spans = gateway.trace(1);
    assertThat(Long.toHexString(words.getLong())).isEqualTo(trimmed(spans.get(1).id()));
    assertThat(Long.toHexString(words.getLong())).isEqualTo(trimmed(spans.get(0).id()));
    assertThat(spans.get(0).traceId()).endsWith(Long.toHexString(words.getLong()));
    assertThat(words.getLong()).isEqualTo(6);
    assertThat(spans.get(0).traceId()).startsWith(Long.toHexString(words.getLong()));
  }

  private static String trimmed(String id) {
    return id.replaceFirst("^0+", "");
  }

  @Test
  void l5dSample_ofAFriendIsTheRateOfWhatNobodyDecided() throws Exception {
    assertThat(seen("/", "l5d-sample: 0").sampled()).isFalse();
    SeenHead kept = seen("/quiet", "l5d-sample: 1.0");
    assertThat(kept.sampled()).isTrue();
    assertThat(contexts(kept)).hasSize(3);
    assertThat(tags())
        .containsEntry("sampling.reason", "inherited")
        .containsEntry("sampling.rule", "l5d-sample");
    assertThat(seen("/", "l5d-sample: 0", B3).sampled()).isTrue();
    assertThat(seen("/quiet", "l5d-sample: 1", "b3: 0").sampled()).isFalse();
  }

  @Test
  void l5dSample_malformedIsCountedAndIgnored() throws Exception {
    long before = gateway.view().malformedTraceContexts();
    assertThat(seen("/", "l5d-sample: 0.5.5").sampled()).isTrue();
    assertThat(seen("/", "l5d-sample: 0", "l5d-sample: 0").sampled()).isTrue();
    assertThat(gateway.view().malformedTraceContexts()).isEqualTo(before + 2);
  }

  @Test
  void envoysForce_ofAFriendForcesTheTrace() throws Exception {
    SeenHead seen = seen("/quiet", "x-envoy-force-trace: 1", "b3: " + TRACE + "-" + SPAN + "-0");
    assertThat(seen.sampled()).isTrue();
    assertThat(seen.traceId()).isEqualTo(TRACE);
    assertThat(contexts(seen)).hasSize(3);
    assertThat(tags())
        .containsEntry("sampling.reason", "forced")
        .containsEntry("sampling.rule", "x-envoy-force-trace");
  }

  @Test
  void envoysForce_leavesADebugTraceOne() throws Exception {
    SeenHead seen = seen("/quiet", "x-envoy-force-trace: 1", "b3: d");
    assertThat(seen.only("X-B3-Flags")).isEqualTo("1");
    assertThat(tags()).containsEntry("sampling.reason", "debug");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/restart", "/continue-ids"})
  void commandsOfStrangers_areRemovedAndDoNothing(String path) throws Exception {
    SeenHead seen =
        seen(path, "x-envoy-force-trace: 1", "l5d-sample: 0", "x-client-trace-id: mine");
    assertThat(seen.sampled()).isTrue();
    assertThat(contexts(seen)).containsExactly("x-b3-sampled", "x-b3-spanid", "x-b3-traceid");
    assertThat(tags())
        .containsEntry("sampling.reason", "default")
        .doesNotContainKey("guid:x-client-trace-id");
  }

  @Test
  void clientsId_ofAFriendGoesOnAndIsATag() throws Exception {
    SeenHead seen = seen("/", "x-client-trace-id: order-7");
    assertThat(seen.only("x-client-trace-id")).isEqualTo("order-7");
    assertThat(tags()).containsEntry("guid:x-client-trace-id", "order-7");
  }

  @Test
  void formerIds_tellWhatARestartedTraceWasCalled() throws Exception {
    SeenHead seen = seen("/restart", B3, "X-Former-Trace: forged");
    assertThat(seen.only("X-Former-Trace")).isEqualTo(TRACE + "-" + SPAN);
    assertThat(tags()).containsEntry("client.trace_id", TRACE);
  }

  @Test
  void formerIds_areNobodysButOurs() throws Exception {
    assertThat(seen("/restart", "X-Former-Trace: forged").all("X-Former-Trace")).isEmpty();
    assertThat(seen("/continue-ids", B3, "X-Former-Trace: forged").all("X-Former-Trace")).isEmpty();
    assertThat(seen("/", B3, "X-Former-Trace: of-a-friend").only("X-Former-Trace"))
        .as("of an edge before us, which is trusted")
        .isEqualTo("of-a-friend");
  }

  @Test
  void restarted_dropsTracestateAndContinuedPassesItOn() throws Exception {
    assertThat(seenBy("w3c", "/restart", W3C, "tracestate: a=1").all("tracestate")).isEmpty();
    assertThat(seenBy("w3c", "/continue-ids", W3C, "tracestate: a=1").only("tracestate"))
        .isEqualTo("a=1");
    assertThat(seenBy("w3c", "/", W3C, "tracestate: a=1").only("tracestate")).isEqualTo("a=1");
    assertThat(seen("/", W3C, "tracestate: a=1").all("tracestate"))
        .as("a format that is not written")
        .isEmpty();
  }

  @Test
  void unsampledTraceparent_isADecisionUnlessItIsToBeDecided() throws Exception {
    String unsampled = W3C.substring(0, W3C.length() - 1) + "0";
    assertThat(seen("/", unsampled).sampled()).isFalse();
    try (RunningGateway deciding =
            RunningGateway.of(
                """
                listeners:
                  - {name: web, address: "127.0.0.1:0", trace: {trusted: [127.0.0.0/8]}}
                upstreams:
                  - {name: app, endpoints: ["http://127.0.0.1:%d"]}
                routes: [{name: all, to: [{upstream: app}]}]
                tracing:
                  propagation: {tracecontext: {unsampled: decide}}
                  sampling: {rate: 1}
                  store: {}
                """
                    .formatted(upstream.port()));
        RawClient client = deciding.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n" + unsampled + "\r\n\r\n");
      client.response();
      SeenHead seen = new SeenHead(upstream.request());
      assertThat(seen.traceId()).isEqualTo(OTHER);
      assertThat(seen.sampled()).isTrue();
      assertThat(deciding.trace(1).get(0).tags()).containsEntry("sampling.reason", "default");
    }
  }

  @Test
  void answersTellTheTrace_whenTheyShall() throws Exception {
    assertThat(ask("web", "/")).doesNotContainIgnoringCase("traceresponse", "Server-Timing");
    String answer = RawUpstream.OK.replace("\r\nContent", "\r\nServer-Timing: db;dur=1\r\nContent");
    try (RawUpstream timed = RawUpstream.answering(answer);
        RunningGateway telling =
            RunningGateway.of(
                """
                listeners: [{name: web, address: "127.0.0.1:0"}]
                upstreams:
                  - {name: app, endpoints: ["http://127.0.0.1:%d"]}
                routes: [{name: all, match: {path: {prefix: /app}}, to: [{upstream: app}]}]
                tracing:
                  sampling: {rate: 1}
                  traceresponse: true
                  serverTiming: true
                  store: {}
                """
                    .formatted(timed.port()))) {
      for (String path : List.of("/app", "/none")) {
        try (RawClient client = telling.connect()) {
          client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
          SeenHead told = new SeenHead(client.response());
          var server = telling.trace(path.equals("/app") ? 1 : 0).get(0);
          String expected = "00-" + server.traceId() + "-" + server.id() + "-03";
          assertThat(told.only("traceresponse")).isEqualTo(expected);
          assertThat(told.all("Server-Timing")).contains("traceparent;desc=\"" + expected + "\"");
          assertThat(told.all("Server-Timing").contains("db;dur=1"))
              .as("the upstream's own timing stays")
              .isEqualTo(path.equals("/app"));
        }
      }
    }
  }
}
