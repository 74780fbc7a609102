package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headwater.routes.AccessLogPolicy;
import dev.headwater.routes.SpanPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import zipkin2.DependencyLink;
import zipkin2.Span;
import zipkin2.internal.DependencyLinker;

/** What a tunnel leaves behind: the spans of its handshake, its own, and its line. */
class ITTunnelSpans {
  private RawUpstream upstream;

  @BeforeEach
  void echo() throws Exception {
    upstream = new RawUpstream(WebSocketPeer.echo());
  }

  @AfterEach
  void close() {
    upstream.close();
  }

  private Configurations configuration() {
    return Configurations.to(upstream.port());
  }

  private static Configurations partialAfter(Configurations configuration, Duration after) {
    return configuration.spans(new SpanPolicy(64, 256, List.of(), List.of(), List.of(), after));
  }

  private static Span tunnel(RunningGateway gateway) throws Exception {
    return gateway.spans(1).get(0);
  }

  private static void assertChild(Span tunnel, Span server) {
    assertThat(tunnel.traceId()).isEqualTo(server.traceId());
    assertThat(tunnel.parentId()).isEqualTo(server.id());
    assertThat(tunnel.id()).isNotEqualTo(server.id());
    assertThat(tunnel.kind()).isNull();
    assertThat(tunnel.remoteServiceName()).isNull();
    assertThat(tunnel.localServiceName()).isEqualTo("headwater");
    assertThat(tunnel.timestampAsLong())
        .isGreaterThanOrEqualTo(server.timestampAsLong())
        .isGreaterThanOrEqualTo(server.timestampAsLong() + server.durationAsLong() - 1_000);
  }

  @Test
  @FaultRow("D14")
  void closedTunnel_hasTheSpansOfItsHandshake_andOneOfItsOwn() throws Exception {
    try (RunningGateway gateway = RunningGateway.of(configuration())) {
      List<Span> handshake;
      try (RawClient client = WebSocketPeer.open(gateway)) {
        handshake = gateway.trace(1);
        for (Span span : handshake) {
          assertThat(span.tags())
              .containsEntry("http.status_code", "101")
              .doesNotContainKeys("error", "headwater.phase");
          assertThat(span.durationAsLong()).isPositive();
        }
        for (int i = 0; i < 3; i++) {
          client.send(WebSocketFrame.text("hello").masked());
          WebSocketPeer.frame(client);
        }
        client.send(WebSocketFrame.close(4321, "bye").masked());
        client.rest();
      }
      Span tunnel = tunnel(gateway);
      assertChild(tunnel, handshake.get(0));
      assertThat(tunnel.name()).isEqualTo("websocket");
      assertThat(tunnel.durationAsLong()).isPositive();
      assertThat(tunnel.tags())
          .containsExactlyInAnyOrderEntriesOf(
              Map.of(
                  "tunnel.protocol", "websocket",
                  "headwater.route", "all",
                  "tunnel.up.bytes", Integer.toString(3 * 11 + 11),
                  "tunnel.down.bytes", Integer.toString(3 * 7 + 7),
                  "tunnel.up.frames", "4",
                  "tunnel.down.frames", "4",
                  "tunnel.closed_by", "client",
                  "websocket.close_code", "4321"));
      // It is nobody's call: the picture of who calls whom is that of the handshake.
      handshake.add(tunnel);
      List<DependencyLink> links = new DependencyLinker().putTrace(handshake).link();
      assertThat(links).singleElement().extracting(DependencyLink::callCount).isEqualTo(1L);
    }
  }

  @Test
  void codeThatSaysError_isTheErrorOfTheSpan() throws Exception {
    try (RunningGateway gateway = RunningGateway.of(configuration())) {
      for (Map.Entry<Integer, String> code :
          Map.of(1000, "", 1001, "", 1011, "1011", 1002, "1002", 3000, "", 4999, "").entrySet()) {
        try (RawClient client = WebSocketPeer.open(gateway)) {
          client.send(WebSocketFrame.close(code.getKey(), "").masked());
          client.rest();
        }
        gateway.trace(1);
        assertThat(tunnel(gateway).tags().getOrDefault("error", ""))
            .as("code %s", code.getKey())
            .isEqualTo(code.getValue());
      }
      try (RawClient client = WebSocketPeer.open(gateway)) {
        client.send(new WebSocketFrame(WebSocketFrame.CLOSE, new byte[0]).masked());
        client.rest();
      }
      gateway.trace(1);
      assertThat(tunnel(gateway).tags())
          .containsEntry("websocket.close_code", "1005")
          .doesNotContainKey("error");
    }
  }

  @Test
  void abnormalEnds_areErrors() throws Exception {
    try (RunningGateway gateway = RunningGateway.of(configuration())) {
      RawClient client = WebSocketPeer.open(gateway);
      gateway.trace(1);
      client.reset();
      assertThat(tunnel(gateway).tags())
          .containsEntry("error", "reset")
          .containsEntry("tunnel.closed_by", "client")
          .containsEntry("websocket.close_code", "1006");

      client = WebSocketPeer.open(gateway);
      gateway.trace(1);
      client.close();
      assertThat(tunnel(gateway).tags())
          .containsEntry("error", "no_close_frame")
          .containsEntry("tunnel.closed_by", "client");
    }
  }

  @Test
  void handshakeThatFails_hasNoTunnel() throws Exception {
    try (RawUpstream refusing =
            RawUpstream.answering("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        RunningGateway gateway = RunningGateway.of(Configurations.to(refusing.port()));
        RawClient client = gateway.connect()) {
      client.send(WebSocketPeer.request("/"));
      assertThat(client.response()).startsWith("HTTP/1.1 403 ");
      assertThat(gateway.trace(1).get(1).tags()).containsEntry("http.status_code", "403");
      gateway.flush();
      assertThat(gateway.waitingSpans()).isZero();
    }
  }

  @Test
  void tunnelThatLasts_isShownOnce_andThenWhole() throws Exception {
    try (RunningGateway gateway =
            RunningGateway.of(partialAfter(configuration(), Duration.ofMillis(300)));
        RawClient client = WebSocketPeer.open(gateway)) {
      List<Span> handshake = gateway.trace(1);
      assertThat(handshake).allSatisfy(span -> assertThat(span.duration()).isNotNull());
      Span partial = tunnel(gateway);
      assertChild(partial, handshake.get(0));
      assertThat(partial.duration()).isNull();
      assertThat(partial.tags())
          .containsEntry("tunnel.protocol", "websocket")
          .doesNotContainKeys("error", "tunnel.up.bytes", "websocket.close_code");
      long from = System.nanoTime();
      Await.until("time for a second one", () -> System.nanoTime() - from > 700_000_000L);
      gateway.flush();
      assertThat(gateway.waitingSpans()).as("shown once").isZero();
      client.send(WebSocketFrame.close(1000, "").masked());
      client.rest();
      client.close();
      Span whole = tunnel(gateway);
      assertThat(whole.id()).isEqualTo(partial.id());
      assertThat(whole.timestamp()).isEqualTo(partial.timestamp());
      assertThat(whole.durationAsLong()).isGreaterThan(900_000);
      assertThat(whole.tags()).containsAllEntriesOf(partial.tags());
    }
  }

  @Test
  void unsampledTunnel_leavesNoSpan() throws Exception {
    try (RunningGateway gateway =
        RunningGateway.of(partialAfter(configuration().rate(0), Duration.ofMillis(100)))) {
      try (RawClient client = WebSocketPeer.open(gateway)) {
        long from = System.nanoTime();
        Await.until("some ticks", () -> System.nanoTime() - from > 300_000_000L);
        client.send(WebSocketFrame.close(1011, "").masked());
        client.rest();
      }
      Await.until("the tunnel is over", () -> gateway.view().tunnels().get(0).open() == 0);
      gateway.flush();
      assertThat(gateway.waitingSpans()).isZero();
    }
  }

  @Test
  void handshakeKeptLate_keepsItsTunnel() throws Exception {
    Semaphore goOn = new Semaphore(0);
    try (RawUpstream slow =
            new RawUpstream(
                peer -> {
                  peer.request();
                  goOn.acquire();
                  peer.send(WebSocketPeer.SWITCHED);
                  peer.socket()
                      .getOutputStream()
                      .write(WebSocketFrame.read(peer.socket().getInputStream()).plain());
                });
        RunningGateway gateway =
            RunningGateway.of(
                """
                listeners: [{name: web, address: "127.0.0.1:0"}]
                upstreams: [{name: app, endpoints: ["http://127.0.0.1:%d"]}]
                routes: [{name: all, to: [{upstream: app}]}]
                tracing:
                  store: {}
                  sampling: {rate: 0.0001, keep: {slowerThan: 1ms}}
                """
                    .formatted(slow.port()))) {
      try (RawClient client = gateway.connect()) {
        client.send(WebSocketPeer.request("/"));
        slow.request();
        long from = System.nanoTime();
        Await.until("that was slow", () -> System.nanoTime() - from > 5_000_000);
        goOn.release();
        assertThat(client.head()).startsWith("HTTP/1.1 101 ");
        client.send(WebSocketFrame.close(1000, "").masked());
        client.rest();
      }
      Span server = gateway.trace(1).get(0);
      assertThat(server.tags()).containsEntry("sampling.reason", "late");
      assertChild(tunnel(gateway), server);
    }
  }

  @Test
  void accessLog_hasOneLine_whenTheTunnelIsOver(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("access.log");
    AccessLogPolicy log = new AccessLogPolicy(file.toString(), AccessLogPolicy.Format.JSON);
    try (RunningGateway gateway = RunningGateway.of(configuration().accessLog(log))) {
      try (RawClient client = WebSocketPeer.open(gateway)) {
        client.send(WebSocketFrame.text("hello").masked());
        WebSocketPeer.frame(client);
        gateway.trace(1);
        assertThat(Files.readString(file)).isEmpty();
        client.send(WebSocketFrame.close(1000, "").masked());
        client.rest();
      }
      Await.until("the line is written", () -> Files.readString(file).endsWith("\n"));
      assertThat(Files.readAllLines(file)).hasSize(1);
      JsonNode line = new ObjectMapper().readTree(Files.readString(file));
      assertThat(line.get("status").asInt()).isEqualTo(101);
      assertThat(line.get("path").asText()).isEqualTo("/chat");
      assertThat(line.get("request_bytes").asLong()).isEqualTo(11 + 8);
      assertThat(line.get("bytes").asLong()).isEqualTo(7 + 4);
      assertThat(line.get("tunnel").asText()).isEqualTo("websocket");
      assertThat(line.get("close_code").asInt()).isEqualTo(1000);
      assertThat(line.get("closed_by").asText()).isEqualTo("client");
      assertThat(line.get("upstream").asText()).isEqualTo("up");
      assertThat(line.get("sampled").asBoolean()).isTrue();
    }
  }
}
