package dev.headwater.load.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.headwater.load.acceptance.EdgeUnderTest.Setup;
import dev.headwater.load.acceptance.OtelCollector.Understood;
import dev.headwater.load.acceptance.Traffic.Asked;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What an OpenTelemetry collector understood of our spans, and that the ids in it are those that
 * went upstream. Needs the collector's program in the system property {@code headwater.otelcol};
 * skipped without.
 */
class ITOtelCollector {
  private static Vertx vertx;
  private static RecordingUpstream upstream;
  private static OtelCollector collector;

  @BeforeAll
  static void start() throws Exception {
    String binary = System.getProperty("headwater.otelcol", "");
    assumeThat(binary).as("system property headwater.otelcol").isNotEmpty();
    Path folder = Files.createDirectories(Path.of("target/acceptance").toAbsolutePath());
    collector = OtelCollector.start(Path.of(binary), folder);
    vertx = Vertx.vertx();
    upstream = new RecordingUpstream(vertx);
  }

  @AfterAll
  static void stop() {
    if (collector != null) {
      collector.close();
    }
    if (vertx != null) {
      Loopback.await(vertx.close());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"proto3", "json"})
  void treesAreUnderstoodAsTheyWere(String encoding) throws Exception {
    String sink = sink("encoding: " + encoding);
    try (EdgeUnderTest edge = EdgeUnderTest.start("otel-" + encoding, 1, upstream.port(), sink)) {
      String path = "/votes/otel-" + encoding;
      assertPlain(collector.trace(ask(edge, path), 2), path);
      String flaky = "/flaky/otel-" + encoding;
      assertRetried(collector.trace(ask(edge, flaky), 3), flaky);
      assertUnrouted(collector.trace(ask(edge, "/nobody/otel"), 1));
      assertThat(edge.spans()).contains(entry("reported", 6L));
    }
  }

  /**
   * The reason for the key: this collector passes on what it is given, it puts nothing together.
   */
  @Test
  void unfinishedSpans_comeBesideTheFinished_unlessSwitchedOff() throws Exception {
    try (EdgeUnderTest edge = edgeWithPartial("otel-partial", "partial: true")) {
      List<Understood> trace = collector.trace(ask(edge, "/votes/slow-both"), 4);
      assertThat(trace.stream().map(Understood::id).distinct()).hasSize(2);
    }
    try (EdgeUnderTest edge = edgeWithPartial("otel-whole", "partial: false")) {
      List<Understood> trace = collector.trace(ask(edge, "/votes/slow-whole"), 2);
      assertThat(edge.spans()).contains(entry("reported", 2L));
      assertThat(trace.stream().map(Understood::id).distinct()).hasSize(2);
      assertThat(of(trace, Understood.SERVER).get(0).nanos()).isGreaterThan(1_000_000_000L);
    }
  }

  private static EdgeUnderTest edgeWithPartial(String name, String key) throws Exception {
    Setup setup = Setup.of(name, "{rate: 1}", sink(key)).with("partial: {after: 500ms}");
    return EdgeUnderTest.start(setup, upstream.port());
  }

  private static String sink(String more) {
    return "{zipkin: \"http://127.0.0.1:%d\", %s}".formatted(collector.port(), more);
  }

  private static String ask(EdgeUnderTest edge, String path) throws Exception {
    return new Traffic(vertx, edge.port()).send(1, 30, number -> Asked.get(path)).get(0).traceId();
  }

  private static void assertPlain(List<Understood> trace, String path) {
    assertThat(trace).hasSize(2);
    Understood server = of(trace, Understood.SERVER).get(0);
    Understood client = of(trace, Understood.CLIENT).get(0);
    assertRoot(server, "GET /votes", "200");
    assertThat(server.attributes())
        .contains(
            entry("http.method", "GET"),
            entry("http.path", path),
            entry("headwater.route", "votes"),
            entry("sampling.rate", "1"))
        .doesNotContainKey("error");
    assertAttempt(client, server, "200");
    assertSentUpstream(path, List.of(client));
  }

  private static void assertRetried(List<Understood> trace, String path) {
    assertThat(trace).hasSize(3);
    Understood server = of(trace, Understood.SERVER).get(0);
    List<Understood> attempts = of(trace, Understood.CLIENT);
    assertRoot(server, "GET /flaky", "200");
    assertAttempt(attempts.get(0), server, "503");
    assertThat(attempts.get(0).attributes()).contains(entry("attempt", "1"));
    assertThat(attempts.get(0).status()).as("a tag error is an error").isEqualTo(2);
    assertAttempt(attempts.get(1), server, "200");
    assertThat(attempts.get(1).attributes())
        .contains(entry("attempt", "2"), entry("retry.reason", "503"));
    assertThat(attempts.get(1).status()).isZero();
    assertSentUpstream(path, attempts);
  }

  private static void assertUnrouted(List<Understood> trace) {
    assertThat(trace).hasSize(1);
    assertRoot(trace.get(0), "GET", "404");
    assertThat(trace.get(0).attributes()).contains(entry("headwater.phase", "route"));
  }

  private static void assertRoot(Understood server, String name, String status) {
    assertThat(server.kind()).isEqualTo(Understood.SERVER);
    assertThat(server.parentId()).isEmpty();
    assertThat(server.name()).isEqualToIgnoringCase(name);
    assertThat(server.service()).isEqualTo("headwater");
    assertThat(server.attributes()).contains(entry("http.status_code", status));
    assertThat(server.nanos()).isPositive();
  }

  private static void assertAttempt(Understood client, Understood server, String status) {
    assertThat(client.parentId()).isEqualTo(server.id());
    assertThat(client.name()).isEqualToIgnoringCase("GET");
    assertThat(client.service()).isEqualTo("headwater");
    assertThat(client.attributes())
        .contains(
            entry("http.status_code", status),
            entry("service.peer.name", "voting"),
            entry("network.peer.address", Loopback.HOST),
            entry("net.peer.port", String.valueOf(upstream.port())));
  }

  /** The headers that reached the service say the ids that the collector holds. */
  private static void assertSentUpstream(String path, List<Understood> attempts) {
    List<Arrival> arrivals =
        upstream.arrivals().stream().filter(arrival -> arrival.path().equals(path)).toList();
    assertThat(arrivals).hasSameSizeAs(attempts);
    for (int i = 0; i < attempts.size(); i++) {
      assertThat(arrivals.get(i).traceId()).isEqualTo(attempts.get(i).traceId());
      assertThat(arrivals.get(i).spanId()).isEqualTo(attempts.get(i).id());
    }
  }

  private static List<Understood> of(List<Understood> trace, int kind) {
    return trace.stream()
        .filter(span -> span.kind() == kind)
        .sorted(Comparator.comparing(span -> span.attributes().getOrDefault("attempt", "")))
        .toList();
  }
}
