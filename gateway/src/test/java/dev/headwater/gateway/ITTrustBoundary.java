package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.Configuration;
import dev.headwater.routes.compile.ConfigurationInput;
import dev.headwater.routes.compile.ConfigurationLoader;
import dev.headwater.routes.compile.Loaded;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import zipkin2.Span;

/** Baggage, mesh routing and request ids of callers, over raw sockets. */
class ITTrustBoundary {
  private static final String UUID = "550e8400-e29b-11d4-a716-446655440000";
  private static final String UUID_V4 = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-.*";

  private final RawUpstream upstream = upstream();

  private static RawUpstream upstream() {
    try {
      return RawUpstream.answering(RawUpstream.OK);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @AfterEach
  void stop() {
    upstream.close();
  }

  private RunningGateway gateway(boolean trusted, String tracing) {
    String text =
        """
        listeners:
          - name: web
            address: 127.0.0.1:0
            trace: {mode: restart, trusted: [%s]}
        upstreams:
          - {name: app, endpoints: ["http://127.0.0.1:%d"]}
        routes:
          - {name: all, to: [{upstream: app}]}
        tracing:
          store: {maxSpans: 1000}
          %s
        drain: {delay: 0s, timeout: 5s}
        """
            .formatted(trusted ? "127.0.0.0/8" : "192.0.2.0/24", upstream.port(), tracing);
    Loaded loaded = ConfigurationLoader.load(ConfigurationInput.of(text, "edge.yaml"));
    Configuration configuration =
        loaded.configuration().orElseThrow(() -> new AssertionError(loaded.problems()));
    return RunningGateway.of(configuration, Clock.systemUTC());
  }

  private SeenHead seen(RunningGateway gateway, String fields) throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send("GET /votes HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
      assertThat(client.response()).startsWith("HTTP/1.1 200 ");
    }
    return new SeenHead(upstream.request());
  }

  private static final String BAGGAGE =
      "baggage: a=%41%0d%0a;p=1, password=x\r\nbaggage: a=2,b=3\r\nBaggage-B: 4 5\r\n"
          + "baggage-c: 6\r\n";

  @Test
  void strangersBaggage_goes() throws Exception {
    try (RunningGateway gateway =
        gateway(false, "propagation: {baggage: {allow: ['*'], tags: [a]}}")) {
      assertThat(seen(gateway, BAGGAGE + "bagga: kept\r\n").text().toLowerCase())
          .doesNotContain("baggage")
          .contains("bagga: kept");
      assertThat(gateway.trace(1)).noneMatch(span -> span.tags().containsKey("baggage.a"));
    }
  }

  @Test
  void trustedBaggage_passesByTheAllowList_andSelectedKeysAreTags() throws Exception {
    try (RunningGateway gateway =
        gateway(true, "propagation: {baggage: {allow: [a, b], tags: [a, b]}}")) {
      SeenHead seen = seen(gateway, BAGGAGE);
      assertThat(seen.only("baggage")).isEqualTo("a=%41%0d%0a;p=1,a=2,b=3");
      assertThat(seen.only("baggage-b")).isEqualTo("4 5");
      assertThat(seen.all("baggage-c")).isEmpty();
      Span server = gateway.trace(1).get(0);
      assertThat(server.tags()).containsEntry("baggage.a", "A  ").containsEntry("baggage.b", "3");
      assertThat(server.tags().toString()).doesNotContain("password");
    }
  }

  @Test
  void trustedBaggage_passesNotAtAll_unlessAllowed() throws Exception {
    try (RunningGateway gateway = gateway(true, "")) {
      assertThat(seen(gateway, BAGGAGE).text().toLowerCase()).doesNotContain("baggage");
    }
  }

  @Test
  void trustedBaggage_isCutAtTheBorderOfAnEntry_andTagsAtTheirBound() throws Exception {
    try (RunningGateway gateway =
        gateway(true, "propagation: {baggage: {allow: ['*'], tags: [a], maxBytes: 1KiB}}")) {
      String list = "a=" + "v".repeat(600) + ",b=" + "w".repeat(600) + ",c=1";
      assertThat(seen(gateway, "baggage: " + list + "\r\n").only("baggage"))
          .isEqualTo("a=" + "v".repeat(600));
      assertThat(gateway.trace(1).get(0).tags()).containsEntry("baggage.a", "v".repeat(256));
    }
  }

  @Test
  void tracingOff_baggagePassesUntouched_routingOfAMeshDoesNot() throws Exception {
    try (RunningGateway gateway = gateway(false, "enabled: false")) {
      SeenHead seen = seen(gateway, BAGGAGE + "l5d-dst-override: a.b.svc:80\r\nl5d-sample: 1\r\n");
      assertThat(seen.text()).contains(BAGGAGE).contains("l5d-sample: 1\r\n");
      assertThat(seen.all("l5d-dst-override")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"l5d-dst-override", "L5D-Dtab", "l5d-client-id", "l5d-x"})
  void meshRouting_isKeptFromStrangers_notFromTheTrusted(String name) throws Exception {
    try (RunningGateway gateway = gateway(false, "")) {
      assertThat(seen(gateway, name + ": a.b.svc:80\r\n").all(name)).isEmpty();
      String alias = name.replace('-', '_');
      assertThat(seen(gateway, alias + ": a.b.svc:80\r\n").all(alias)).isEmpty();
    }
    try (RunningGateway gateway = gateway(true, "")) {
      assertThat(seen(gateway, name + ": a.b.svc:80\r\n").only(name)).isEqualTo("a.b.svc:80");
    }
  }

  @Test
  void identityByTheSidecar_isATag_whereTheCallerIsTrusted() throws Exception {
    String field = "l5d-client-id: web.shop.serviceaccount.identity.linkerd.cluster.local\r\n";
    try (RunningGateway gateway = gateway(true, "")) {
      seen(gateway, field);
      assertThat(gateway.trace(1).get(0).tags())
          .containsEntry("l5d.client_id", "web.shop.serviceaccount.identity.linkerd.cluster.local");
    }
    try (RunningGateway gateway = gateway(false, "")) {
      seen(gateway, field);
      assertThat(gateway.trace(1).get(0).tags()).doesNotContainKey("l5d.client_id");
    }
  }

  @ParameterizedTest
  @CsvSource({"id-7, id-7", UUID + ", " + UUID, "a b, ", "<script>, ", "'', "})
  void strangersRequestId_movesAside_whenItIsPlain(String sent, String aside) throws Exception {
    try (RunningGateway gateway = gateway(false, "")) {
      SeenHead seen =
          seen(gateway, "X-Request-ID: " + sent + "\r\nX-Client-Request-Id: forged\r\n");
      String ours = seen.only("X-Request-ID");
      assertThat(ours).matches(UUID_V4).isNotEqualTo(sent);
      assertThat(String.join("|", seen.all("X-Client-Request-Id")))
          .isEqualTo(aside == null ? "" : aside);
      assertThat(gateway.trace(1).get(0).tags()).containsEntry("request_id", ours);
    }
  }

  @Test
  void strangersRequestId_isBounded() throws Exception {
    try (RunningGateway gateway = gateway(false, "")) {
      assertThat(seen(gateway, "X-Request-ID: " + "a".repeat(201) + "\r\n").text())
          .doesNotContain("aaaa");
    }
  }

  @Test
  void trustedRequestId_isKept_theFirstOfSeveral() throws Exception {
    try (RunningGateway gateway = gateway(true, "")) {
      SeenHead seen =
          seen(
              gateway,
              "X-Request-ID: id-7\r\nX-Request-ID: id-8\r\nX-Client-Request-Id: theirs\r\n");
      assertThat(seen.only("X-Request-ID")).isEqualTo("id-7");
      assertThat(seen.only("X-Client-Request-Id")).isEqualTo("theirs");
      assertThat(seen(gateway, "X-Request-ID: a b\r\n").only("X-Request-ID")).matches(UUID_V4);
    }
  }

  /** The digit at index 14, as Envoy's UUID extension reads and packs it. */
  @ParameterizedTest
  @CsvSource({
    "1, '', 9",
    "0, '', 4",
    "0, 'b3: 1', 9",
    "0, 'b3: d', b",
    "1, 'b3: 0', 4",
    "0, 'headwater-force: 1', b"
  })
  void envoyReason_isPackedIntoOursAndKeptUuids(String rate, String field, String digit)
      throws Exception {
    String tracing =
        "requestId: {envoyReason: true}\n  sampling: {rate: "
            + rate
            + ", force: {networks: [127.0.0.0/8]}}";
    String fields = field.isEmpty() ? "" : field + "\r\n";
    try (RunningGateway gateway = gateway(true, tracing)) {
      String ours = seen(gateway, fields).only("X-Request-ID");
      assertThat(ours).hasSize(36);
      assertThat(ours.substring(14, 15)).isEqualTo(digit);
      assertThat(seen(gateway, fields + "X-Request-ID: " + UUID + "\r\n").only("X-Request-ID"))
          .isEqualTo(UUID.substring(0, 14) + digit + UUID.substring(15));
      assertThat(seen(gateway, fields + "X-Request-ID: id-7\r\n").only("X-Request-ID"))
          .isEqualTo("id-7");
    }
  }
}
