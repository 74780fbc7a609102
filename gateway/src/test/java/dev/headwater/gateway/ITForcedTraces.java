package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.Configuration;
import dev.headwater.routes.compile.ConfigurationFiles;
import dev.headwater.routes.compile.ConfigurationInput;
import dev.headwater.routes.compile.ConfigurationLoader;
import dev.headwater.routes.compile.Loaded;
import dev.headwater.sampling.force.ForceKey;
import dev.headwater.sampling.force.ForceToken;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import zipkin2.Span;

/** Traces for the asking, at a rate of 0, over raw sockets. */
class ITForcedTraces {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final String OTHER_SECRET = "fedcba9876543210fedcba9876543210";
  private static final String TRACE = "463ac35c9f6413ad48485a3953bb6124";
  private static final String SPAN = "a2fb4a1d1a96d312";

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

  /** Every file holds the secret. */
  private static final ConfigurationFiles FILES =
      new ConfigurationFiles() {
        @Override
        public String resolve(String written) {
          return written;
        }

        @Override
        public String read(String written) {
          return SECRET + "\n";
        }
      };

  private Configuration configuration(String listener, String force) {
    return configuration(listener, force, Map.of());
  }

  private Configuration configuration(
      String listener, String force, Map<String, String> environment) {
    String text =
        """
        listeners:
          - {name: web, address: "127.0.0.1:0", %s}
        upstreams:
          - {name: app, endpoints: ["http://127.0.0.1:%d"]}
        routes:
          - {name: all, to: [{upstream: app}]}
        tracing:
          sampling: {rate: 0, force: {%s}}
          store: {maxSpans: 1000}
        drain: {delay: 0s, timeout: 5s}
        """
            .formatted(listener, upstream.port(), force);
    Loaded loaded =
        ConfigurationLoader.load(
            new ConfigurationInput(text, "edge.yaml", environment, List.of(), FILES));
    return loaded.configuration().orElseThrow(() -> new AssertionError(loaded.problems()));
  }

  private RunningGateway gateway(String listener, String force) {
    return RunningGateway.of(configuration(listener, force), Clock.systemUTC());
  }

  private SeenHead seen(RunningGateway gateway, String path, String fields) throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
      assertThat(client.response()).startsWith("HTTP/1.1 200 ");
    }
    return new SeenHead(upstream.request());
  }

  private static String token(String secret, long seconds, int count, String path) {
    long expires = Instant.now().getEpochSecond() + seconds;
    return "headwater-force: "
        + new ForceToken(expires, 7, count, path).signedBy(ForceKey.of(secret))
        + "\r\n";
  }

  @Test
  void token_goesNoFurther_alsoWithTracingOff() throws Exception {
    Map<String, String> off = Map.of("HEADWATER_TRACING_ENABLED", "false");
    Configuration untraced = configuration("trace: {}", "keyFile: force.key", off);
    try (RunningGateway gateway = RunningGateway.of(untraced, Clock.systemUTC())) {
      SeenHead seen = seen(gateway, "/", token(SECRET, 600, 0, "/") + "b3: 0\r\n");
      assertThat(seen.all("headwater-force")).isEmpty();
      assertThat(seen.all("b3")).containsExactly("0");
    }
  }

  @Test
  void listedNetwork_isTraced_andTheHeaderGoesNoFurther() throws Exception {
    try (RunningGateway gateway = gateway("trace: {}", "networks: [127.0.0.0/8]")) {
      SeenHead seen = seen(gateway, "/", "Headwater-Force: 1\r\n");
      assertThat(seen.sampled()).isTrue();
      assertThat(seen.all("headwater-force")).isEmpty();
      assertThat(seen.all("X-B3-Flags")).isEmpty();
      Span server = gateway.trace(1).get(0);
      assertThat(server.tags())
          .containsEntry("sampling.reason", "forced")
          .containsEntry("sampling.rule", "none")
          .doesNotContainKey("sampling.rate");
      assertThat(seen(gateway, "/", "").sampled()).isFalse();
      assertThat(seen(gateway, "/", "headwater-force: 1\r\nheadwater-force: 1\r\n").sampled())
          .as("sent twice")
          .isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "true", "d", "debug", "hw1.9999999999.AAAAAAAAAAA.0.Lw.x", ""})
  void stranger_isDecidedAsIfNobodyHadAsked(String value) throws Exception {
    try (RunningGateway gateway =
        gateway("trace: {}", "networks: [192.0.2.0/24], keyFile: force.key")) {
      SeenHead seen = seen(gateway, "/", "headwater-force: " + value + "\r\n");
      assertThat(seen.sampled()).isFalse();
      assertThat(seen.all("headwater-force")).isEmpty();
      assertThat(gateway.waitingSpans()).isZero();
    }
  }

  /** For networks the peer and whom it names count as one caller. */
  @ParameterizedTest
  @CsvSource({
    "true, 192.0.2.7, true",
    "true, 198.51.100.7, false",
    "true, '', true",
    "false, 198.51.100.7, true"
  })
  void behindABelievedProxy_bothHaveToBeListed(boolean believed, String client, boolean forced)
      throws Exception {
    String listener = believed ? "forwarded: {trusted: [127.0.0.0/8]}" : "forwarded: {}";
    try (RunningGateway gateway = gateway(listener, "networks: [127.0.0.0/8, 192.0.2.0/24]")) {
      String forwarded = client.isEmpty() ? "" : "X-Forwarded-For: " + client + "\r\n";
      assertThat(seen(gateway, "/", "headwater-force: 1\r\n" + forwarded).sampled())
          .isEqualTo(forced);
    }
  }

  @Test
  void token_isGoodForAnybody_withinTimePathAndKey() throws Exception {
    try (RunningGateway gateway = gateway("trace: {}", "keyFile: force.key, perSecond: 100")) {
      String good = token(SECRET, 600, 0, "/api");
      assertThat(seen(gateway, "/api/votes", good).sampled()).isTrue();
      assertThat(seen(gateway, "/apis", good).sampled()).isFalse();
      assertThat(seen(gateway, "/api/../x", good).sampled()).isFalse();
      assertThat(seen(gateway, "/", token(SECRET, -1, 0, "/")).sampled()).isFalse();
      assertThat(seen(gateway, "/", token(OTHER_SECRET, 600, 0, "/")).sampled()).isFalse();
      assertThat(seen(gateway, "/", "headwater-force: 1\r\n").sampled()).isFalse();
      assertThat(gateway.view().forcesRefused()).isEqualTo(5);
      assertThat(gateway.trace(1).get(0).tags().toString()).doesNotContain("hw1");
    }
  }

  @Test
  void count_isUsedUp_alsoOverAReload() throws Exception {
    Configuration configuration = configuration("trace: {}", "keyFile: force.key, perSecond: 100");
    try (RunningGateway gateway = RunningGateway.of(configuration, Clock.systemUTC())) {
      String twice = token(SECRET, 600, 2, "/");
      assertThat(seen(gateway, "/", twice).sampled()).isTrue();
      gateway
          .snapshots()
          .swap(gateway.snapshots().get().next(configuration, Instant.EPOCH, "again"));
      assertThat(seen(gateway, "/", twice).sampled()).isTrue();
      assertThat(seen(gateway, "/", twice).sampled()).isFalse();
    }
  }

  @Test
  void cap_beyondIt_theRateDecides() throws Exception {
    try (RunningGateway gateway = gateway("trace: {}", "networks: [127.0.0.0/8], perSecond: 1")) {
      int forced = 0;
      long from = System.nanoTime();
      for (int i = 0; i < 50; i++) {
        forced += seen(gateway, "/", "headwater-force: 1\r\n").sampled() ? 1 : 0;
      }
      double seconds = (System.nanoTime() - from) / 1e9;
      assertThat((double) forced).isBetween(1.0, 1 + Math.ceil(seconds));
    }
  }

  @Test
  void asDebug_saysSoOnTheWireAndOnTheSpan() throws Exception {
    try (RunningGateway gateway =
        gateway("trace: {}", "header: x-please, networks: [127.0.0.0/8], as: debug")) {
      SeenHead seen = seen(gateway, "/", "X-Please: true\r\nheadwater-force: 1\r\n");
      assertThat(seen.only("X-B3-Flags")).isEqualTo("1");
      assertThat(seen.only("X-B3-Sampled")).isEqualTo("1");
      assertThat(seen.text().toLowerCase()).doesNotContain("x-please").doesNotContain("-force");
      assertThat(gateway.trace(1)).allMatch(span -> Boolean.TRUE.equals(span.debug()));
      assertThat(seen(gateway, "/", "headwater-force: 1\r\n").sampled()).isFalse();
      assertThat(seen(gateway, "/", "x-please: 0\r\n").all("x-please")).isEmpty();
    }
  }

  @Test
  void trustedCallersDenial_givesWay_andItsTraceGoesOn() throws Exception {
    try (RunningGateway gateway =
        gateway("trace: {trusted: [127.0.0.0/8]}", "networks: [127.0.0.0/8]")) {
      SeenHead seen =
          seen(gateway, "/", "b3: " + TRACE + "-" + SPAN + "-0\r\nheadwater-force: 1\r\n");
      assertThat(seen.sampled()).isTrue();
      assertThat(seen.traceId()).isEqualTo(TRACE);
      assertThat(gateway.trace(1).get(0).tags()).containsEntry("sampling.reason", "forced");
    }
  }

  /** Debug needs no permission beyond trust, no cap counts it, and force does not lower it. */
  @ParameterizedTest
  @ValueSource(strings = {"b3: d\r\n", "X-B3-Flags: 1\r\n", "b3: " + TRACE + "-" + SPAN + "-d\r\n"})
  void trustedCallersDebug_isKept_uncapped(String debug) throws Exception {
    try (RunningGateway gateway =
        gateway("trace: {trusted: [127.0.0.0/8]}", "networks: [127.0.0.0/8], perSecond: 1")) {
      for (int i = 0; i < 10; i++) {
        SeenHead seen = seen(gateway, "/", debug + "headwater-force: 1\r\n");
        assertThat(seen.only("X-B3-Flags")).isEqualTo("1");
        assertThat(seen.only("X-B3-Sampled")).isEqualTo("1");
        List<Span> trace = gateway.trace(1);
        assertThat(trace).allMatch(span -> Boolean.TRUE.equals(span.debug()));
        assertThat(trace.get(0).tags()).containsEntry("sampling.reason", "debug");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"b3: 1, 1, inherited", "b3: 0, 0, ", "X-B3-Sampled: 1, 1, inherited"})
  void trustedCallersBareDecision_holds(String field, String sampled, String reason)
      throws Exception {
    try (RunningGateway gateway =
        gateway("trace: {trusted: [127.0.0.0/8]}", "networks: [192.0.2.7]")) {
      SeenHead seen = seen(gateway, "/", field + "\r\n");
      assertThat(seen.only("X-B3-Sampled")).isEqualTo(sampled);
      assertThat(seen.traceId()).matches("[0-9a-f]{32}");
      if (reason != null) {
        assertThat(gateway.trace(1).get(0).tags()).containsEntry("sampling.reason", reason);
      }
    }
  }
}
