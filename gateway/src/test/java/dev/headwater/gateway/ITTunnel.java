package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.metrics.MetricsView.TunnelView;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import zipkin2.Span;

/** Requests that switch protocols, and those that may not. */
class ITTunnel {
  private static List<String> lines(String head) {
    return List.of(head.split("\r\n"));
  }

  @Test
  @FaultRow("D14")
  void handshake_isPassedOn_andBytesGoBothWays() throws Exception {
    try (RawUpstream upstream = new RawUpstream(WebSocketPeer.echo());
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient client = gateway.connect()) {
      client.send(WebSocketPeer.request("/chat?room=1"));
      assertThat(lines(client.head()))
          .startsWith("HTTP/1.1 101 Switching Protocols")
          .contains(
              "Connection: Upgrade",
              "Upgrade: websocket",
              "Sec-WebSocket-Accept: " + WebSocketPeer.ACCEPT)
          .noneMatch(line -> line.startsWith("Content-Length") || line.startsWith("Transfer"));
      List<String> asked = lines(upstream.request());
      assertThat(asked)
          .startsWith("GET /chat?room=1 HTTP/1.1")
          .contains(
              "Connection: Upgrade",
              "Upgrade: websocket",
              "Sec-WebSocket-Version: 13",
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
              "X-Forwarded-For: 127.0.0.1");
      assertThat(asked.stream().filter(line -> line.startsWith("Connection:"))).hasSize(1);
      for (String text : List.of("one", "x".repeat(200), "y".repeat(70_000))) {
        client.send(WebSocketFrame.text(text).masked());
        assertThat(WebSocketPeer.frame(client).text()).isEqualTo(text);
      }
      client.send(WebSocketFrame.close(1000, "done").masked());
      assertThat(WebSocketPeer.frame(client).code()).isEqualTo(1000);
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  void bytesBehindEitherHead_arrive() throws Exception {
    CountDownLatch sent = new CountDownLatch(1);
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  peer.request();
                  sent.await();
                  peer.send(WebSocketPeer.SWITCHED + "early");
                  peer.send(new String(peer.read(4), java.nio.charset.StandardCharsets.US_ASCII));
                  peer.closedByGateway();
                });
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient client = gateway.connect()) {
      client.send(WebSocketPeer.request("/") + "bird");
      sent.countDown();
      assertThat(client.head()).startsWith("HTTP/1.1 101 ");
      assertThat(client.read(9)).isEqualTo("earlybird");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\nX-Why: origin\r\n\r\nnope",
        "HTTP/1.1 400 Bad Request\r\nContent-Length: 3\r\nX-Why: origin\r\n\r\nkey",
        "HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\nX-Why: origin\r\n"
            + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n13",
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\nX-Why: origin\r\n\r\nbusy",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Why: origin\r\n\r\nok"
      })
  @FaultRow("D14")
  void otherAnswers_areRelayedWhole_andTheConnectionGoesOn(String answer) throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(answer);
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 2; i++) {
        client.send(WebSocketPeer.request("/"));
        String got = client.response();
        assertThat(lines(got)).containsAll(lines(answer));
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.response())
            .startsWith(answer.substring(0, 12))
            .endsWith(answer.substring(answer.indexOf("\r\n\r\n")));
      }
      assertThat(upstream.waiting()).isEqualTo(4);
      assertThat(gateway.view().tunnels()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\nUpgrade: websocket\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: web socket\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket, a/b/c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: ,\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\n"
            + "Upgrade: a,b,c,d,e,f,g,h,websocket\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: HTTP/2.0, TLS/1.3\r\n\r\n",
        "GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive, upgrade\r\nUpgrade: websocket\r\n\r\n"
      })
  void whatIsNoValidQuestion_isNotPassedOn(String request) throws Exception {
    assertNotAsked(request);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
            + "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: H2C\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade,HTTP2-Settings\r\nUpgrade: h2c, h2\r\n"
            + "HTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Length: 2\r\n\r\nab"
      })
  @FaultRow("B17")
  void h2cUpgrade_isIgnoredAndNotPassedOn(String request) throws Exception {
    assertNotAsked(request);
  }

  private static void assertNotAsked(String request) throws Exception {
    try (RawUpstream upstream = new RawUpstream(ITTunnel::answerWithBody);
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient client = gateway.connect()) {
      client.send(request);
      assertThat(client.response()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nok");
      assertThat(lines(upstream.request()))
          .noneMatch(line -> line.toLowerCase(java.util.Locale.ROOT).contains("upgrade"))
          .noneMatch(line -> line.toLowerCase(java.util.Locale.ROOT).contains("http2-settings"));
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.response()).endsWith("\r\n\r\nok");
    }
  }

  private static void answerWithBody(RawUpstream.Peer peer) throws Exception {
    for (String head = peer.request(); head != null; head = peer.request()) {
      peer.read(head.contains("Content-Length: 2") ? 2 : 0);
      peer.send(RawUpstream.OK);
    }
  }

  @Test
  @FaultRow("B17")
  void h2cBesideWebSocket_onlyWebSocketIsPassedOn() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient client = gateway.connect()) {
      client.send(WebSocketPeer.request("/", "h2c, websocket"));
      assertThat(client.response()).endsWith("\r\n\r\nok");
      assertThat(lines(upstream.request())).contains("Upgrade: websocket");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
            + "Upgrade: websocket, other\r\n\r\n",
        "HTTP/1.0 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
      })
  @FaultRow("D14")
  void switchToWhatWasNotAskedFor_is502(String answer) throws Exception {
    try (RawUpstream upstream = new RawUpstream(peer -> sendAndWait(peer, answer));
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient client = gateway.connect()) {
      client.send(WebSocketPeer.request("/"));
      assertThat(client.response()).startsWith("HTTP/1.1 502 ");
      assertThat(upstream.waiting()).as("sent once").isEqualTo(1);
      client.send(WebSocketPeer.request("/"));
      assertThat(client.response()).startsWith("HTTP/1.1 502 ");
    }
  }

  private static void sendAndWait(RawUpstream.Peer peer, String answer) throws Exception {
    if (peer.request() != null) {
      peer.send(answer);
      assertThat(peer.closedByGateway()).isTrue();
    }
  }

  @Test
  void requestIsSentWhole_beforeTheProtocolChanges() throws Exception {
    CountDownLatch answered = new CountDownLatch(1);
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  peer.request();
                  peer.send(
                      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                          + "Upgrade: tcp\r\n\r\nfirst");
                  answered.countDown();
                  String body =
                      new String(peer.read(14), java.nio.charset.StandardCharsets.US_ASCII);
                  peer.send(body);
                  peer.closedByGateway();
                });
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient client = gateway.connect()) {
      client.send(
          "POST /attach HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
              + "Content-Length: 10\r\n\r\n01234");
      answered.await();
      client.send("56789" + "tail");
      assertThat(client.head()).startsWith("HTTP/1.1 101 ").contains("Upgrade: tcp\r\n");
      assertThat(client.read(19)).isEqualTo("first0123456789tail");
    }
  }

  @Test
  void attemptThatBreaks_isNotSentAgain() throws Exception {
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  if (peer.number() == 1 || peer.request() != null) {
                    peer.request();
                    peer.reset();
                  }
                });
        RunningGateway gateway =
            RunningGateway.of(Configurations.to(upstream.port(), upstream.port()));
        RawClient client = gateway.connect()) {
      client.send(WebSocketPeer.request("/"));
      assertThat(client.response()).startsWith("HTTP/1.1 502 ");
      assertThat(upstream.waiting()).isEqualTo(1);
    }
  }

  @Test
  void handshake_takesAConnectionOfItsOwn_andGivesItsPlaceBack() throws Exception {
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  for (String head = peer.request(); head != null; head = peer.request()) {
                    if (head.contains("Upgrade: websocket")) {
                      peer.send(WebSocketPeer.SWITCHED);
                      peer.closedByGateway();
                      return;
                    }
                    peer.send(RawUpstream.OK);
                  }
                });
        RunningGateway gateway =
            RunningGateway.of(
                Configurations.to(upstream.port())
                    .pool(
                        new dev.headwater.routes.PoolPolicy(
                            1,
                            0,
                            java.time.Duration.ofMinutes(1),
                            java.time.Duration.ofSeconds(1))));
        RawClient plain = gateway.connect()) {
      RawClient[] tunnels = new RawClient[5];
      for (int i = 0; i < tunnels.length; i++) {
        tunnels[i] = WebSocketPeer.open(gateway);
      }
      // One connection is all that the pool may have: tunnels are none of it.
      plain.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(plain.response()).endsWith("\r\n\r\nok");
      assertThat(upstream.connections()).isGreaterThanOrEqualTo(tunnels.length);
      for (RawClient tunnel : tunnels) {
        tunnel.close();
      }
    }
  }

  @Test
  void metrics_countTheHandshakeAsARequest_andTheTunnelByItself() throws Exception {
    try (RawUpstream upstream = new RawUpstream(WebSocketPeer.echo());
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()))) {
      try (RawClient client = WebSocketPeer.open(gateway)) {
        client.send(WebSocketFrame.text("hello").masked());
        WebSocketPeer.frame(client);
        Await.until(
            "bytes show while the tunnel is open",
            () -> gateway.view().tunnels().stream().anyMatch(view -> view.bytesUp() == 11));
        TunnelView open = gateway.view().tunnels().get(0);
        assertThat(open.route()).isEqualTo("all");
        assertThat(open.protocol()).isEqualTo("websocket");
        assertThat(open.open()).isEqualTo(1);
        assertThat(open.bytesDown()).isEqualTo(7);
        assertThat(gateway.view().routes())
            .allSatisfy(route -> assertThat(route.inFlight()).isZero());
        assertThat(gateway.view().endpoints())
            .allSatisfy(endpoint -> assertThat(endpoint.inFlight()).isZero());
        client.send(WebSocketFrame.close(1000, "").masked());
        client.rest();
      }
      Await.until("the tunnel is over", () -> gateway.view().tunnels().get(0).open() == 0);
      assertThat(gateway.view().tunnelEnds())
          .singleElement()
          .satisfies(
              end -> {
                assertThat(end.first()).isEqualTo("client");
                assertThat(end.second()).isEqualTo("closed");
              });
      assertThat(gateway.view().failures()).isEmpty();
      List<Span> handshake = gateway.trace(1);
      assertThat(handshake).allSatisfy(s -> assertThat(s.tags()).doesNotContainKey("error"));
    }
  }
}
