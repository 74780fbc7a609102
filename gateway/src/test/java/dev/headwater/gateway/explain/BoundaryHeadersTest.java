package dev.headwater.gateway.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.explain.Explanation.TraceHeader;
import dev.headwater.routes.compile.ConfigurationInput;
import dev.headwater.routes.compile.ConfigurationLoader;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoundaryHeadersTest {
  private static final String CONFIGURATION =
      """
      listeners:
        - {name: web, address: ":80", trace: {trusted: [192.0.2.0/24]}}
      upstreams: [{name: u, endpoints: ["http://127.0.0.1:1"]}]
      routes: [{name: r, to: [{upstream: u}]}]
      tracing:
        requestId: {envoyReason: true}
        propagation: {baggage: {allow: [a], maxEntries: 2}}
        sampling: {rate: 0, force: {networks: [192.0.2.7], perSecond: 1}}
        store: {}
      """;

  private static Explanation explain(String from, String... headers) {
    return Explainer.of(
            ConfigurationLoader.load(ConfigurationInput.of(CONFIGURATION, "f.yaml"))
                .configuration()
                .orElseThrow())
        .explain(ExplainQuery.parse("GET", "http://a/", List.of(headers), from, null));
  }

  private static String verdict(String from, String header) {
    return explain(from, header).traceHeaders().get(0).verdict();
  }

  @Test
  void force_isJudgedAsTheGateWould_andTokensAreNotShown() {
    Explanation granted = explain("192.0.2.7", "Headwater-Force: 1");
    assertThat(granted.traceHeaders())
        .containsExactly(
            new TraceHeader(
                "Headwater-Force", "1", "removed; granted: the caller is in a listed network"));
    assertThat(granted.sampling().sampled()).isTrue();
    assertThat(granted.sampling().reason()).isEqualTo("forced");
    Explanation stranger = explain("192.0.2.8", "headwater-force: 1");
    assertThat(stranger.sampling().sampled()).isFalse();
    assertThat(stranger.traceHeaders().get(0).verdict()).contains("in no listed network");
    String token = "hw1.1.AAAAAAAAAAA.0.Lw." + "A".repeat(43);
    Explanation byToken = explain("192.0.2.7", "headwater-force: " + token);
    assertThat(byToken.toJson().encode()).doesNotContain("hw1").contains("no keyFile is set");
    assertThat(byToken.upstream()).doesNotContainKey("headwater-force");
  }

  @Test
  void baggage_showsWhatPasses() {
    assertThat(verdict("192.0.2.7", "baggage: a=1,b=2,a=3,a=4"))
        .isEqualTo("2 of 4 entries pass: a=1,a=3");
    assertThat(verdict("192.0.2.7", "baggage: b=2")).isEqualTo("removed, 0 of 1 entries pass");
    assertThat(verdict("192.0.2.7", "baggage-a: 1")).startsWith("passes");
    assertThat(verdict("192.0.2.7", "baggage-b: 1")).startsWith("removed");
    assertThat(verdict("198.51.100.1", "baggage: a=1")).contains("stranger");
    assertThat(explain("192.0.2.7", "baggage: a=1,b=2,a=3,a=4").upstream())
        .containsEntry("baggage", "a=1,a=3");
  }

  @Test
  void meshRouting_andRequestIds_dependOnTrust() {
    assertThat(verdict("192.0.2.7", "l5d-dst-override: a.b:80")).startsWith("passes");
    assertThat(verdict("198.51.100.1", "l5d-dst-override: a.b:80")).startsWith("removed");
    assertThat(verdict("192.0.2.7", "X-Request-ID: id-7")).isEqualTo("kept, the caller is trusted");
    assertThat(verdict("198.51.100.1", "X-Request-ID: id-7"))
        .isEqualTo("replaced; goes on as X-Client-Request-Id");
    assertThat(verdict("198.51.100.1", "X-Request-ID: a b")).isEqualTo("replaced, it is not plain");
    String uuid = "550e8400-e29b-91d4-a716-446655440000";
    Explanation packed = explain("192.0.2.7", "X-Request-ID: " + uuid);
    assertThat(packed.traceHeaders().get(0).verdict()).isEqualTo("kept, with our decision in it");
    assertThat(packed.upstream())
        .containsEntry("X-Request-ID", "550e8400-e29b-41d4-a716-446655440000");
  }
}
