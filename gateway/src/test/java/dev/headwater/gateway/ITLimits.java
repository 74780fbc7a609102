package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.Limits;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one client may cost (FAULTS.md C1 to C6): each limit has its status, and closes. */
class ITLimits {
  private static final Limits TIGHT =
      new Limits(
          1000,
          10,
          200,
          5000,
          Duration.ofMillis(300),
          Duration.ofMillis(400),
          Duration.ofMillis(400),
          0,
          Duration.ofSeconds(1),
          5);

  private static RawUpstream upstream;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    upstream =
        new RawUpstream(
            peer -> {
              for (String head = peer.request(); head != null; head = peer.request()) {
                int length = 0;
                for (String line : head.split("\r\n")) {
                  if (line.startsWith("Content-Length: ")) {
                    length = Integer.parseInt(line.substring(16));
                  }
                }
                peer.read(length);
                if (head.contains("chunked")) {
                  for (String line = ITBodies.line(peer.socket().getInputStream());
                      !line.equals("0");
                      line = ITBodies.line(peer.socket().getInputStream())) {
                    peer.read(Integer.parseInt(line, 16) + 2);
                  }
                  peer.read(2);
                }
                if (head.contains(" /large ")) {
                  peer.send("HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n");
                  for (int i = 0; i < 50; i++) {
                    peer.send("x".repeat(1_000_000));
                  }
                } else {
                  peer.send(RawUpstream.OK);
                }
              }
            });
    gateway = RunningGateway.of(Configurations.to(upstream.port()).limits(TIGHT));
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    upstream.close();
  }

  @BeforeEach
  void quiet() throws Exception {
    Await.until("no connection is left", () -> gateway.gateway().connections() == 0);
    gateway.forgetSpans();
    upstream.forget();
  }

  private static void expect(String request, int status) throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send(request);
      String response = client.response();
      assertThat(response).startsWith("HTTP/1.1 " + status + " ");
      if (status == 200) {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.response()).startsWith("HTTP/1.1 200 ");
      } else {
        assertThat(response).contains("Connection: close\r\n");
        assertThat(client.rest()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"999, 200", "1000, 200", "1001, 431", "50000, 431"})
  @FaultRow("C5")
  void headBytes(int size, int status) throws Exception {
    String start = "GET / HTTP/1.1\r\nHost: a\r\nA: ";
    expect(start + "b".repeat(size - start.length() - 4) + "\r\n\r\n", status);
  }

  @ParameterizedTest
  @CsvSource({"9, 200", "10, 200", "11, 431"})
  @FaultRow("C5")
  void fields(int count, int status) throws Exception {
    expect("GET / HTTP/1.1\r\nHost: a\r\n" + "A: b\r\n".repeat(count - 1) + "\r\n", status);
  }

  @ParameterizedTest
  @CsvSource({"199, 200", "200, 200", "201, 414", "240, 414", "999, 414", "2000, 414"})
  @FaultRow("C5")
  void target(int length, int status) throws Exception {
    expect("GET /" + "a".repeat(length - 1) + " HTTP/1.1\r\nHost: a\r\n\r\n", status);
  }

  @ParameterizedTest
  @CsvSource({"4999, 200", "5000, 200", "5001, 413", "100000000, 413"})
  @FaultRow("C5")
  void body_counted(int length, int status) throws Exception {
    String head = "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n";
    expect(head + "x".repeat(status == 200 ? length : 10), status);
    if (status != 200) {
      assertThat(upstream.waiting()).isZero();
      assertThat(gateway.trace(0).get(0).tags())
          .containsEntry("http.status_code", "413")
          .containsEntry("headwater.phase", "accept");
    }
  }

  /** The answer arrives although its sender was still busy sending. */
  @Test
  @FaultRow("C5")
  void body_tooLarge_answerArrivesWhileItIsStillSent() throws Exception {
    for (int i = 0; i < 5; i++) {
      try (RawClient client = gateway.connect()) {
        client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
        client.send("x".repeat(100_000));
        assertThat(client.response()).startsWith("HTTP/1.1 413 ");
        assertThat(client.rest()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"4999, 200", "5000, 200", "5001, 413", "60000, 413"})
  @FaultRow("C5")
  void body_chunked(int length, int status) throws Exception {
    String head = "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    String chunk = "1f4\r\n" + "x".repeat(500) + "\r\n";
    String last = length % 500 == 0 ? "" : Integer.toHexString(length % 500) + "\r\n";
    String piece = length % 500 == 0 ? "" : "x".repeat(length % 500) + "\r\n";
    expect(head + chunk.repeat(length / 500) + last + piece + "0\r\n\r\n", status);
    if (status != 200) {
      assertThat(gateway.trace(1).get(1).tags()).containsEntry("error", "body_too_large");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"G", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: a\r\nA: b"})
  void slowHead_408_howeverItTrickles(String begun) throws Exception {
    try (RawClient client = gateway.connect()) {
      long from = System.nanoTime();
      client.send(begun);
      Thread trickle =
          new Thread(
              () -> {
                try {
                  for (int i = 0; i < 100; i++) {
                    client.send("x");
                    Await.until("a moment", () -> true);
                    java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
                  }
                } catch (Exception closed) {
                  // As it should be.
                }
              });
      trickle.setDaemon(true);
      trickle.start();
      assertThat(client.response()).startsWith("HTTP/1.1 408 Request Timeout\r\n");
      assertThat(Duration.ofNanos(System.nanoTime() - from))
          .isBetween(Duration.ofMillis(250), Duration.ofSeconds(5));
    }
    assertThat(gateway.failures("accept", "head_timeout")).isPositive();
    assertThat(gateway.waitingSpans()).isZero();
  }

  @Test
  @FaultRow("C4")
  void silence_afterAccept_closedWithoutAWord() throws Exception {
    try (RawClient client = gateway.connect()) {
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  @FaultRow("C4")
  void idleConnection_closedAfterItsTime_notEarlier() throws Exception {
    try (RawClient client = gateway.connect()) {
      long from = System.nanoTime();
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      client.response();
      // An empty line is no request: it neither holds the connection nor is it answered.
      client.send("\r\n");
      assertThat(client.rest()).isEmpty();
      assertThat(Duration.ofNanos(System.nanoTime() - from))
          .isBetween(Duration.ofMillis(300), Duration.ofSeconds(5));
    }
  }

  @Test
  @FaultRow("C2")
  void slowBody_408_upstreamIsLetGoOf() throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
      assertThat(client.response()).startsWith("HTTP/1.1 408 ").contains("reason: client_timeout");
      assertThat(gateway.trace(1).get(1).tags()).containsEntry("error", "client_timeout");
    }
  }

  /** A body that trickles is never silent; it is its rate that ends it. */
  @Test
  @FaultRow("C2")
  void bodyBelowItsRate_408_upstreamIsReset() throws Exception {
    java.util.concurrent.CompletableFuture<Boolean> closed =
        new java.util.concurrent.CompletableFuture<>();
    try (RawUpstream waiting =
            new RawUpstream(
                peer -> {
                  peer.request();
                  closed.complete(peer.closedByGateway());
                });
        RunningGateway slow =
            RunningGateway.of(
                Configurations.to(waiting.port())
                    .limits(
                        new Limits(
                            1000,
                            10,
                            200,
                            5000,
                            Duration.ofSeconds(5),
                            Duration.ofSeconds(5),
                            Duration.ofSeconds(5),
                            1000,
                            Duration.ofMillis(300),
                            5)));
        RawClient client = slow.connect()) {
      client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n");
      long from = System.nanoTime();
      Thread trickle =
          new Thread(
              () -> {
                try {
                  while (true) {
                    client.send("x");
                    java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
                  }
                } catch (java.io.IOException gone) {
                  // As it should be.
                }
              });
      trickle.setDaemon(true);
      trickle.start();
      assertThat(client.response()).startsWith("HTTP/1.1 408 ").contains("client_timeout");
      assertThat(Duration.ofNanos(System.nanoTime() - from))
          .isBetween(Duration.ofMillis(250), Duration.ofSeconds(4));
      assertThat(closed.get(10, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
      assertThat(slow.trace(1).get(0).tags())
          .containsEntry("http.status_code", "408")
          .containsEntry("headwater.phase", "send");
    }
  }

  /** C3: a reader that takes nothing is cut, also below the water mark at the very end. */
  @Test
  @FaultRow("C3")
  void slowReader_cutAfterTheIdleTime() throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
      client.head();
      assertThat(gateway.trace(1).get(0).tags())
          .containsEntry("error", "client_timeout")
          .containsEntry("headwater.phase", "receive");
    }
  }

  @Test
  void connections_beyondTheLimit_closedAtOnce_othersServed() throws Exception {
    RawClient[] clients = new RawClient[5];
    for (int i = 0; i < 5; i++) {
      clients[i] = gateway.connect();
      clients[i].send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      clients[i].response();
    }
    try (RawClient sixth = gateway.connect()) {
      assertThat(sixth.rest()).isIn("", "<reset>");
    }
    clients[0].send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(clients[0].response()).startsWith("HTTP/1.1 200 ");
    assertThat(gateway.view().listeners().get(0).refused()).isPositive();
    for (RawClient client : clients) {
      client.close();
    }
    Await.until("there is room again", () -> gateway.gateway().connections() == 0);
    expect("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 200);
  }

  /** FAULTS.md A1 to A16, over the wire: an answer, a close, and nothing at the upstream. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0",
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nhello",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello",
        "GET / HTTP/1.1\nHost: a\n\n",
        "GET / HTTP/1.1\r\nHost: a\r\nA: b\rc\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For : b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",
        "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n",
        "\0GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET /\r\n\r\n",
        "GET / HTTP/1.2\r\nHost: a\r\n\r\n",
        "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET /a%2fb HTTP/1.1\r\nHost: a\r\n\r\n",
        "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n",
        "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\u0016\u0003\u0001\u0002\0\u0001\0\u0001"
      })
  void hostile_answeredAndClosed_upstreamSeesNothing(String bytes) throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send(bytes + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
      String all = client.rest();
      assertThat(all).matches("(?s)HTTP/1\\.1 (400|405|431|501|505) .*");
      assertThat(all.split("HTTP/1.1 [1-5]")).hasSize(2);
    }
    assertThat(upstream.waiting()).isZero();
  }

  @Test
  void badChunk_beforeAResponse_400_upstreamIsLetGoOf() throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX");
      String all = client.rest();
      assertThat(all).startsWith("HTTP/1.1 400 ").contains("reason: chunk");
    }
    assertThat(gateway.trace(1).get(0).tags()).containsEntry("http.status_code", "400");
    assertThat(gateway.failures("accept", "chunk")).isEqualTo(1);
  }

  @Test
  void secondPipelinedRequestMalformed_firstAnswered_thenTheOther() throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send(
          "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.response()).startsWith("HTTP/1.1 200 ").endsWith("ok");
      assertThat(client.response()).startsWith("HTTP/1.1 400 ").contains("Connection: close");
      assertThat(client.rest()).isEmpty();
    }
    upstream.request();
    assertThat(upstream.waiting()).isZero();
  }
}
