package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.PoolPolicy;
import dev.headwater.routes.RetryPolicy;
import dev.headwater.routes.Timeouts;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import zipkin2.Span;

/**
 * Upstreams that break the protocol, the connection or their promise to answer (FAULTS.md R4, R6,
 * R7, R8, D12): what the client gets, what the span says, and that the next request is unharmed.
 */
class ITBrokenUpstream {
  private static final RetryPolicy NO_RETRY =
      new RetryPolicy(0, Set.of(), Set.of(), new RetryPolicy.Budget(0, 0));
  private static final Timeouts SHORT =
      new Timeouts(Duration.ofMillis(300), null, Duration.ofMillis(300), null);

  /** Not idempotent: no free retry, even where a pooled connection was used. */
  private static final String BAD = "POST /bad HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";

  private static RunningGateway gateway;
  private static volatile RawUpstream.Script bad = peer -> {};
  private static RawUpstream upstream;

  @BeforeAll
  static void start() throws Exception {
    upstream =
        new RawUpstream(
            peer -> {
              for (String head = peer.request(); head != null; head = peer.request()) {
                if (head.startsWith("POST /bad")) {
                  bad.run(peer);
                  return;
                }
                peer.send(RawUpstream.OK);
              }
            });
    gateway = RunningGateway.of(Configurations.to(upstream.port()).retry(NO_RETRY).timeouts(SHORT));
  }

  @BeforeEach
  void forget() {
    gateway.forgetSpans();
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    upstream.close();
  }

  /**
   * An upstream that goes wrong.
   *
   * @param status what the client is told, 0 when the response had begun and is broken off
   */
  record Case(String name, RawUpstream.Script script, int status, String reason, String phase) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Case answer(String name, String bytes) {
    return new Case(name, peer -> peer.send(bytes), 502, "bad_response", "receive");
  }

  private static Case flood() {
    return answer("flood of 1xx", "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(17) + RawUpstream.OK);
  }

  private static Case broken(String name, String bytes, String reason) {
    return new Case(name, peer -> peer.send(bytes), 0, reason, "receive");
  }

  static Stream<Case> cases() {
    String ok = "HTTP/1.1 200 OK\r\n";
    String chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
    return Stream.of(
        new Case("reset before the head", RawUpstream.Peer::reset, 502, "reset", "receive"),
        new Case("closed before the head", peer -> {}, 502, "reset", "receive"),
        new Case(
            "closed inside the head", peer -> peer.send(ok + "A: b\r\n"), 502, "reset", "receive"),
        new Case("silent", RawUpstream.Peer::closedByGateway, 504, "response_timeout", "receive"),
        new Case(
            "silent inside the head",
            peer -> peer.send(ok).closedByGateway(),
            504,
            "response_timeout",
            "receive"),
        answer("not HTTP", "SSH-2.0-OpenSSH_9.9\r\n\r\n"),
        answer("HTTP/2 preface answer", "\0\0\u0012\u0004\0\0\0\0\0\r\n\r\n"),
        answer("HTTP/2.0", "HTTP/2.0 200 OK\r\n\r\n"),
        answer("bare LF", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"),
        answer("status of two digits", "HTTP/1.1 20 OK\r\n\r\n"),
        answer("status 600", "HTTP/1.1 600 No\r\n\r\n"),
        answer("folded field", ok + "A: b\r\n c\r\n\r\n"),
        answer("space before the colon", ok + "A : b\r\n\r\n"),
        answer("NUL in a value", ok + "A: b\0c\r\n\r\n"),
        answer("bare CR in a value", ok + "A: b\rc\r\n\r\n"),
        answer(
            "length and chunks",
            ok + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        answer("two lengths", ok + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nabc"),
        answer("the same length twice", ok + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nab"),
        answer("a negative length", ok + "Content-Length: -1\r\n\r\n"),
        answer("chunks in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"),
        answer("gzip, chunked", ok + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        answer("head of 65 KiB", ok + "A: " + "a".repeat(65 << 10) + "\r\n\r\n"),
        answer("257 fields", ok + "A: b\r\n".repeat(257) + "\r\n"),
        answer("unasked 101", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"),
        flood(),
        broken("closed inside a counted body", ok + "Content-Length: 5\r\n\r\nabc", "truncated"),
        broken("closed before a counted body", ok + "Content-Length: 5\r\n\r\n", "truncated"),
        broken("closed inside a chunk", chunked + "5\r\nabc", "truncated"),
        broken("closed between chunks", chunked + "3\r\nabc\r\n", "truncated"),
        broken("closed inside the trailers", chunked + "3\r\nabc\r\n0\r\nA: b\r\n", "truncated"),
        broken("a bad chunk size", chunked + "0x3\r\nabc\r\n0\r\n\r\n", "bad_response"),
        broken("a chunk longer than its size", chunked + "3\r\nabcd\r\n0\r\n\r\n", "bad_response"),
        new Case(
            "reset behind the head",
            peer -> {
              peer.send(chunked);
              peer.reset();
            },
            0,
            "truncated",
            "receive"),
        new Case(
            "reset inside a chunk",
            peer -> {
              peer.send(chunked + "5\r\nab");
              peer.reset();
            },
            0,
            "truncated",
            "receive"),
        new Case(
            "reset inside the body",
            peer -> {
              peer.send(chunked + "3\r\nabc\r\n");
              peer.reset();
            },
            0,
            "truncated",
            "receive"),
        new Case(
            "silent inside the body",
            peer -> peer.send(chunked + "3\r\nabc\r\n").closedByGateway(),
            0,
            "idle_timeout",
            "receive"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  @FaultRow({"D12", "R7", "R8"})
  void client_toldOfTheFault_andTheNextRequestIsServed(Case fault) throws Exception {
    bad = fault.script();
    try (RawClient client = gateway.connect()) {
      client.send(BAD);
      if (fault.status() == 0) {
        String all = client.rest();
        assertThat(all).startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(all).doesNotContain("0\r\n\r\n").doesNotContain("abcd");
      } else {
        String response = client.response();
        while (response.startsWith("HTTP/1.1 103 ")) {
          response = client.response();
        }
        assertThat(response)
            .startsWith("HTTP/1.1 " + fault.status() + " ")
            .contains("reason: " + fault.reason());
        // The client's own connection is innocent, and goes on.
        client.send("GET /good HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.response()).endsWith("\r\n\r\nok");
      }
    }
    List<Span> spans = gateway.trace(1);
    int told = fault.status() == 0 ? 200 : fault.status();
    assertThat(spans.get(0).tags())
        .containsEntry("http.status_code", Integer.toString(told))
        .containsEntry("error", fault.reason())
        .containsEntry("headwater.phase", fault.phase());
    assertThat(spans.get(1).tags())
        .containsEntry("error", fault.reason())
        .containsEntry("headwater.phase", fault.phase());
    if (fault.status() != 0) {
      assertThat(gateway.trace(1).get(0).tags()).doesNotContainKey("error");
    }
    assertSound();
  }

  private static void assertSound() throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send("GET /good HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.response()).endsWith("\r\n\r\nok");
      gateway.trace(1);
    }
    Await.until(
        "no attempt in flight",
        () -> gateway.view().upstreams().stream().allMatch(one -> one.inFlight() == 0));
    assertThat(gateway.waitingSpans()).isZero();
  }

  @Test
  void answeredTwice_secondAnswerReachesNobody() throws Exception {
    bad = peer -> peer.send(RawUpstream.OK + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
    try (RawClient client = gateway.connect()) {
      client.send(BAD + "GET /good HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.response()).endsWith("\r\n\r\nok");
      assertThat(client.response()).endsWith("\r\n\r\nok");
      gateway.spans(4);
    }
    assertSound();
  }

  @Test
  void unaskedAnswerOnAnIdleConnection_closesIt() throws Exception {
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    bad =
        peer -> {
          peer.send(RawUpstream.OK);
          peer.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
          closed.complete(peer.closedByGateway());
        };
    try (RawClient client = gateway.connect()) {
      client.send(BAD);
      assertThat(client.response()).endsWith("\r\n\r\nok");
      gateway.trace(1);
      assertThat(closed.get(10, TimeUnit.SECONDS)).isTrue();
    }
    assertSound();
  }

  @Test
  @FaultRow("R6")
  void silent_504AtTheRoutesTimeout_andItsConnectionIsClosed() throws Exception {
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    bad = peer -> closed.complete(peer.closedByGateway());
    Duration limit = Duration.ofSeconds(3);
    try (RunningGateway alone =
            RunningGateway.of(
                Configurations.to(upstream.port())
                    .retry(NO_RETRY)
                    .timeouts(new Timeouts(limit, null, limit, null)));
        RawClient client = alone.connect()) {
      long from = System.nanoTime();
      client.send(BAD);
      assertThat(client.response())
          .startsWith("HTTP/1.1 504 ")
          .contains("reason: response_timeout");
      assertThat(Duration.ofNanos(System.nanoTime() - from)).isGreaterThanOrEqualTo(limit);
      assertThat(closed.get(10, TimeUnit.SECONDS)).isTrue();
      assertThat(alone.trace(1).get(0).tags()).containsEntry("error", "response_timeout");
    }
  }

  @Test
  @FaultRow("R4")
  void refused_502_namesThePhase() throws Exception {
    int port = unused();
    try (RunningGateway alone = RunningGateway.of(Configurations.to(port).retry(NO_RETRY));
        RawClient client = alone.connect()) {
      // R4: at once. A busy machine may be late, but hardly in each round.
      long quickest = Long.MAX_VALUE;
      for (int round = 0; round < 8; round++) {
        long from = System.nanoTime();
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab");
        assertThat(client.response())
            .startsWith("HTTP/1.1 502 Bad Gateway\r\n")
            .contains("reason: connect_refused");
        quickest = Math.min(quickest, System.nanoTime() - from);
        List<Span> spans = alone.trace(1);
        assertThat(spans)
            .allSatisfy(
                span ->
                    assertThat(span.tags())
                        .containsEntry("error", "connect_refused")
                        .containsEntry("headwater.phase", "connect"));
      }
      assertThat(Duration.ofNanos(quickest)).isLessThanOrEqualTo(Duration.ofMillis(50));
    }
  }

  /** A listening socket whose queue is full drops the SYN, as a black hole does. */
  @Test
  @FaultRow("R5")
  void blackHole_nextEndpoint_or504AfterTheConnectTimeout() throws Exception {
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        RunningGateway alone =
            RunningGateway.of(
                Configurations.to(full.getLocalPort())
                    .retry(NO_RETRY)
                    .pool(
                        new PoolPolicy(
                            320, 1000, Duration.ofSeconds(60), Duration.ofMillis(200))))) {
      List<java.net.Socket> fillers = new java.util.ArrayList<>();
      try {
        for (int i = 0; i < 4; i++) {
          java.net.Socket filler = new java.net.Socket();
          fillers.add(filler);
          filler.connect(full.getLocalSocketAddress(), 100);
        }
      } catch (java.net.SocketTimeoutException queueIsFull) {
        // As wanted.
      }
      try (RawClient client = alone.connect()) {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.response())
            .startsWith("HTTP/1.1 504 ")
            .contains("reason: connect_timeout");
        assertThat(alone.trace(1).get(0).tags())
            .containsEntry("error", "connect_timeout")
            .containsEntry("headwater.phase", "connect");
        assertThat(PoolPolicy.DEFAULT.connectTimeout()).isEqualTo(Duration.ofSeconds(1));
        nextEndpointIsTried(full.getLocalPort());
      } finally {
        for (java.net.Socket filler : fillers) {
          filler.close();
        }
      }
    }
  }

  /** Every other request meets the black hole first, and is served by the other endpoint. */
  private static void nextEndpointIsTried(int blackHole) throws Exception {
    try (RunningGateway two =
            RunningGateway.of(
                Configurations.to(blackHole, upstream.port())
                    .pool(
                        new PoolPolicy(
                            320, 1000, Duration.ofSeconds(60), Duration.ofMillis(200))));
        RawClient client = two.connect()) {
      int requeued = 0;
      for (int i = 0; i < 6; i++) {
        client.send("GET /good HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.response()).startsWith("HTTP/1.1 200 ");
        List<Span> spans = two.spans(2);
        if (spans.get(1).tags().containsKey("error")) {
          assertThat(spans.get(1).tags()).containsEntry("error", "connect_timeout");
          assertThat(two.spans(1).get(0).tags()).doesNotContainKey("error");
          requeued++;
        }
      }
      assertThat(requeued).isEqualTo(3);
    }
  }

  @Test
  void resetWhileTheBodyGoesOut_phaseIsSend() throws Exception {
    try (RawUpstream cutting =
            new RawUpstream(
                peer -> {
                  peer.request();
                  peer.reset();
                });
        RunningGateway alone =
            RunningGateway.of(Configurations.to(cutting.port()).retry(NO_RETRY));
        RawClient client = alone.connect()) {
      client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nab");
      assertThat(client.response()).startsWith("HTTP/1.1 502 ").contains("Connection: close");
      assertThat(alone.trace(1).get(0).tags())
          .containsEntry("error", "reset")
          .containsEntry("headwater.phase", "send");
    }
  }

  static int unused() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
