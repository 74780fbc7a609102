package dev.headwater.load.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.headwater.load.ZipkinServer;
import dev.headwater.load.acceptance.EdgeUnderTest.Setup;
import dev.headwater.load.acceptance.Traffic.Answered;
import dev.headwater.load.acceptance.Traffic.Asked;
import io.vertx.core.Vertx;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import zipkin2.DependencyLink;
import zipkin2.Span;
import zipkin2.Span.Kind;
import zipkin2.internal.Trace;

/**
 * What a real Zipkin server understood of our spans, in each way of writing them. Needs the
 * server's executable jar in the system property {@code headwater.zipkin.jar}; skipped without.
 */
class ITZipkinServer {
  private static Vertx vertx;
  private static RecordingUpstream upstream;
  private static ZipkinServer zipkin;

  @BeforeAll
  static void start() throws Exception {
    String jar = System.getProperty("headwater.zipkin.jar", "");
    assumeThat(jar).as("system property headwater.zipkin.jar").isNotEmpty();
    Path folder = Files.createDirectories(Path.of("target/acceptance"));
    zipkin =
        ZipkinServer.start(
            Path.of(jar),
            folder.resolve("zipkin-server.log"),
            new InetSocketAddress(Loopback.HOST, Loopback.freePort()));
    vertx = Vertx.vertx();
    upstream = new RecordingUpstream(vertx);
  }

  @AfterAll
  static void stop() {
    if (zipkin != null) {
      zipkin.close();
    }
    if (vertx != null) {
      Loopback.await(vertx.close());
    }
  }

  @ParameterizedTest(name = "{0}, compression {1}")
  @CsvSource({"proto3, gzip", "proto3, none", "json, gzip", "json, none"})
  void treesAreReadBackAsTheyWere(String encoding, String compression) throws Exception {
    String way = encoding + "-" + compression;
    String sink =
        "{zipkin: \"http://%s\", encoding: %s, compression: %s}"
            .formatted(zipkin.authority(), encoding, compression);
    Answered plain;
    Answered retried;
    Answered unrouted;
    try (EdgeUnderTest edge = EdgeUnderTest.start("zipkin-" + way, 1, upstream.port(), sink)) {
      Traffic traffic = new Traffic(vertx, edge.port());
      plain = only(traffic, "/votes/" + way);
      retried = only(traffic, "/flaky/" + way);
      unrouted = only(traffic, "/nobody/" + way);
      assertPlain(zipkin.trace(plain.traceId(), 2), "/votes/" + way);
      assertRetried(zipkin.trace(retried.traceId(), 3));
      assertUnrouted(zipkin.trace(unrouted.traceId(), 1));
      assertThat(edge.spans()).contains(entry("reported", 6L));
    }
    assertThat(zipkin.services()).contains("\"headwater\"");
    assertThat(zipkin.dependencies())
        .anySatisfy(
            link -> {
              assertThat(link).extracting(DependencyLink::parent).isEqualTo("headwater");
              assertThat(link.child()).isEqualTo("voting");
            });
  }

  /** The server hands both out; whoever reads them merges by id, its own interface included. */
  @Test
  void unfinishedSpans_areOneWithTheFinished_whenRead() throws Exception {
    Setup setup = Setup.of("zipkin-partial", "{rate: 1}", sink()).with("partial: {after: 500ms}");
    try (EdgeUnderTest edge = EdgeUnderTest.start(setup, upstream.port())) {
      Answered slow = only(new Traffic(vertx, edge.port()), "/votes/slow");
      List<Span> trace = Trace.merge(zipkin.trace(slow.traceId(), 4));
      assertThat(trace).hasSize(2);
      Span server = of(trace, Kind.SERVER).get(0);
      assertRoot(server, "get /votes", "200");
      assertThat(server.durationAsLong()).isGreaterThan(1_000_000);
      assertAttempt(of(trace, Kind.CLIENT).get(0), server, "200");
    }
  }

  @Test
  void forcedTrace_isDebugForTheServerToo() throws Exception {
    String sampling = "{rate: 0, force: {networks: [127.0.0.0/8], as: debug}}";
    Setup setup = Setup.of("zipkin-debug", sampling, sink());
    try (EdgeUnderTest edge = EdgeUnderTest.start(setup, upstream.port())) {
      Asked asked = Asked.get("/votes/debug", "headwater-force", "1");
      Answered forced = new Traffic(vertx, edge.port()).send(1, 20, number -> asked).get(0);
      assertThat(zipkin.trace(forced.traceId(), 2))
          .allMatch(span -> Boolean.TRUE.equals(span.debug()));
    }
  }

  private static String sink() {
    return "{zipkin: \"http://%s\"}".formatted(zipkin.authority());
  }

  private static Answered only(Traffic traffic, String path) throws Exception {
    return traffic.send(1, 20, number -> Asked.get(path)).get(0);
  }

  private static void assertPlain(List<Span> trace, String path) {
    Span server = of(trace, Kind.SERVER).get(0);
    Span client = of(trace, Kind.CLIENT).get(0);
    assertRoot(server, "get /votes", "200");
    assertThat(server.tags())
        .contains(
            entry("http.method", "GET"),
            entry("http.path", path),
            entry("headwater.route", "votes"),
            entry("sampling.rate", "1"))
        .doesNotContainKey("error");
    assertAttempt(client, server, "200");
    assertThat(client.tags()).doesNotContainKeys("error", "retry.reason");
  }

  private static void assertRetried(List<Span> trace) {
    Span server = of(trace, Kind.SERVER).get(0);
    List<Span> attempts = of(trace, Kind.CLIENT);
    assertRoot(server, "get /flaky", "200");
    assertThat(attempts).hasSize(2);
    assertAttempt(attempts.get(0), server, "503");
    assertThat(attempts.get(0).tags()).containsKey("error").contains(entry("attempt", "1"));
    assertAttempt(attempts.get(1), server, "200");
    assertThat(attempts.get(1).tags())
        .contains(entry("attempt", "2"), entry("retry.reason", "503"))
        .doesNotContainKey("error");
  }

  private static void assertUnrouted(List<Span> trace) {
    assertThat(trace).hasSize(1);
    assertRoot(trace.get(0), "get", "404");
    assertThat(trace.get(0).tags()).contains(entry("headwater.phase", "route"));
  }

  private static void assertRoot(Span server, String name, String status) {
    assertThat(server.parentId()).isNull();
    assertThat(server.name()).isEqualTo(name);
    assertThat(server.localServiceName()).isEqualTo("headwater");
    assertThat(server.remoteEndpoint().ipv4()).isEqualTo(Loopback.HOST);
    assertThat(server.tags()).contains(entry("http.status_code", status));
    assertThat(server.durationAsLong()).isPositive();
  }

  private static void assertAttempt(Span client, Span server, String status) {
    assertThat(client.parentId()).isEqualTo(server.id());
    assertThat(client.name()).isEqualTo("get");
    assertThat(client.localServiceName()).isEqualTo("headwater");
    assertThat(client.remoteServiceName()).isEqualTo("voting");
    assertThat(client.remoteEndpoint().ipv4()).isEqualTo(Loopback.HOST);
    assertThat(client.remoteEndpoint().portAsInt()).isEqualTo(upstream.port());
    assertThat(client.tags()).contains(entry("http.status_code", status));
  }

  private static List<Span> of(List<Span> trace, Kind kind) {
    return trace.stream()
        .filter(span -> span.kind() == kind)
        .sorted(Comparator.comparingLong(Span::timestampAsLong))
        .toList();
  }
}
