package dev.headwater.gateway.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.compile.ConfigurationInput;
import dev.headwater.routes.compile.ConfigurationLoader;
import dev.headwater.routes.compile.Loaded;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code explain} says of headers that only some callers may send, and of options. */
class ExplainPropagationTest {
  private static final String FRIEND = "192.0.2.7";
  private static final String STRANGER = "198.51.100.7";
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String W3C = "traceparent: 00-" + TRACE + "-b7ad6b7169203331-0";
  private static final String L5D = "l5d-ctx-trace: ovtKHRqW0xIAIAAAAAAAAUhIWjlTu2EkAAAAAAAAAAY=";

  private static final Explainer EXPLAINER = explainer("inherit");

  private static Explainer explainer(String unsampled) {
    Loaded loaded =
        ConfigurationLoader.load(
            ConfigurationInput.of(
                """
                listeners:
                  - name: web
                    address: 127.0.0.1:8080
                    trace: {trusted: [192.0.2.0/24]}
                  - name: w3c
                    address: 127.0.0.1:8081
                    trace: {mode: continue-ids, trusted: [192.0.2.0/24]}
                    propagation: {extract: [tracecontext], inject: [tracecontext, l5d]}
                upstreams:
                  - {name: app, endpoints: ["http://127.0.0.1:9001"]}
                  - {name: own, endpoints: ["http://127.0.0.1:9001"], inject: [b3-single],
                     parentId: true}
                routes:
                  - {name: own, match: {path: {prefix: /own}}, to: [{upstream: own}]}
                  - {name: all, to: [{upstream: app}]}
                tracing:
                  propagation: {formerIds: x-former, tracecontext: {unsampled: %s}}
                  sampling: {rate: 0}
                  store: {}
                """
                    .formatted(unsampled),
                "test.yaml"));
    return Explainer.of(
        loaded.configuration().orElseThrow(() -> new AssertionError(loaded.problems())));
  }

  private static Explanation explain(int port, String path, String from, String... headers) {
    return explain(EXPLAINER, port, path, from, headers);
  }

  private static Explanation explain(
      Explainer explainer, int port, String path, String from, String... headers) {
    return explainer.explain(
        ExplainQuery.parse("GET", "http://127.0.0.1:" + port + path, List.of(headers), from, null));
  }

  private static List<String> verdicts(Explanation explanation) {
    return explanation.traceHeaders().stream().map(Explanation.TraceHeader::verdict).toList();
  }

  @ParameterizedTest
  @CsvSource({"8080", "8081"})
  void commandsOfStrangersAreRemoved(int port) {
    Explanation explanation =
        explain(
            port,
            "/",
            STRANGER,
            "l5d-sample: 1",
            "x-envoy-force-trace: 1",
            "x-client-trace-id: mine");
    assertThat(verdicts(explanation)).containsOnly("removed, read from trusted callers only");
    assertThat(explanation.sampling().sampled()).isFalse();
    assertThat(explanation.upstream()).doesNotContainKey("X-Client-Trace-Id");
  }

  @Test
  void l5dContextOfAStrangerIsNeverRead() {
    Explanation explanation = explain(8080, "/", STRANGER, L5D);
    assertThat(verdicts(explanation)).containsExactly("removed, read from trusted callers only");
    assertThat(explanation.upstream()).doesNotContainKey("x-former");
  }

  @Test
  void commandsOfFriendsAreObeyed() {
    Explanation explanation =
        explain(
            8080,
            "/",
            FRIEND,
            L5D,
            "l5d-sample: 0.5",
            "x-envoy-force-trace: 1",
            "x-client-trace-id: mine");
    assertThat(verdicts(explanation))
        .containsExactly(
            "believed; written anew",
            "removed, not used: the trace is forced",
            "removed; forces the trace",
            "passed on; kept as tag guid:x-client-trace-id");
    assertThat(explanation.sampling().rule()).isEqualTo("x-envoy-force-trace");
    assertThat(explanation.upstream())
        .containsEntry("X-B3-TraceId", "48485a3953bb6124")
        .containsEntry("X-Client-Trace-Id", "mine");
  }

  @Test
  void theCallersRateIsTheProbability() {
    Explanation explanation = explain(8080, "/", FRIEND, "l5d-sample: 0.5");
    assertThat(explanation.sampling())
        .isEqualTo(new Explanation.Sampling(null, "l5d-sample", "inherited", 0.5));
    assertThat(verdicts(explanation)).containsExactly("removed; its rate decides");
    assertThat(verdicts(explain(8080, "/", FRIEND, "l5d-sample: 0.5", "b3: 0")).get(0))
        .isEqualTo("removed, not used: the caller's context is decided");
    assertThat(verdicts(explain(8080, "/", FRIEND, "l5d-sample: lots")).get(0))
        .startsWith("removed, no rate");
  }

  @Test
  void aDebugTraceIsNotForced() {
    Explanation explanation = explain(8080, "/", FRIEND, "b3: d", "x-envoy-force-trace: 1");
    assertThat(verdicts(explanation).get(1))
        .isEqualTo("removed, the trace is a debug trace already");
    assertThat(explanation.sampling().reason()).isEqualTo("debug");
  }

  @Test
  void formerIdsAreShown() {
    Explanation explanation = explain(8080, "/", STRANGER, W3C + "1");
    assertThat(explanation.upstream()).containsEntry("x-former", TRACE + "-b7ad6b7169203331");
  }

  @Test
  void whatIsReadAndWrittenIsTheListenersAndTheUpstreams() {
    Explanation listeners = explain(8081, "/", FRIEND, "b3: 1", W3C + "1");
    assertThat(verdicts(listeners))
        .containsExactly("removed, never read", "believed; written anew");
    assertThat(listeners.upstream())
        .containsEntry("traceparent", "00-" + TRACE + "-<span id>-01")
        .containsEntry("l5d-ctx-trace", "<these ids in Base64>")
        .doesNotContainKeys("X-B3-TraceId", "b3");
    assertThat(explain(8081, "/own", FRIEND).upstream())
        .containsEntry("b3", "<trace id>-<span id>-0-<parent id>")
        .doesNotContainKey("traceparent");
  }

  @Test
  void anUnsampledContextIsADecision_orNone() {
    Explanation inherited = explain(8080, "/", FRIEND, W3C + "0");
    assertThat(verdicts(inherited)).containsExactly("believed; written anew");
    assertThat(inherited.sampling().reason()).isEqualTo("inherited");
    Explanation decided = explain(explainer("decide"), 8080, "/", FRIEND, W3C + "0");
    assertThat(verdicts(decided))
        .containsExactly("ids believed, nothing was decided; written anew");
    assertThat(decided.sampling().reason()).isEqualTo("default");
  }

  @Test
  void tracestateHasAVerdictOfItsOwn() {
    assertThat(traceState(8081, FRIEND, "a=1"))
        .isEqualTo("passed on verbatim where tracecontext is written");
    assertThat(traceState(8081, FRIEND, "A=1")).startsWith("removed, breaks the grammar");
    assertThat(traceState(8081, FRIEND, "a=" + "x".repeat(200) + ",b=" + "x".repeat(400)))
        .startsWith("removed, breaks the grammar");
    String long2 = "a=" + "x".repeat(250) + ",b=" + "x".repeat(250) + ",c=" + "x".repeat(50);
    assertThat(traceState(8081, STRANGER, long2)).startsWith("passed on, cut to 512 characters");
    assertThat(traceState(8080, STRANGER, "a=1")).isEqualTo("removed, its trace was restarted");
  }

  private static String traceState(int port, String from, String list) {
    return verdicts(explain(port, "/", from, W3C + "1", "tracestate: " + list)).get(1);
  }
}
