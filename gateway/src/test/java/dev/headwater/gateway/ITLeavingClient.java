package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import zipkin2.Span;

/**
 * Clients that leave at each point, with a reset or an ordinary close (FAULTS.md R1, R2, R14, A19):
 * the upstream is let go of at once, the span says so, and nobody else is harmed.
 */
class ITLeavingClient {
  private static final Duration AT_ONCE = Duration.ofMillis(100);

  /** The machine does other things as well; what is slow by itself is so in each round. */
  private static final int ROUNDS = 8;

  private static RawUpstream upstream;
  private static RunningGateway gateway;

  /** Set by the upstream when its connection was closed, with the moment. */
  private static final BlockingQueue<Long> let = new LinkedBlockingQueue<>();

  @BeforeAll
  static void start() throws Exception {
    upstream =
        new RawUpstream(
            peer -> {
              for (String head = peer.request(); head != null; head = peer.request()) {
                if (head.contains(" /stall ")) {
                  peer.closedByGateway();
                  let.add(System.nanoTime());
                } else if (head.contains(" /begin ")) {
                  peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nsome");
                  peer.closedByGateway();
                  let.add(System.nanoTime());
                } else if (head.contains(" /flood ")) {
                  peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
                  try {
                    while (true) {
                      peer.send("x".repeat(10_000));
                    }
                  } catch (java.io.IOException closed) {
                    let.add(System.nanoTime());
                    throw closed;
                  }
                } else {
                  peer.send(RawUpstream.OK);
                }
              }
            });
    gateway = RunningGateway.of(Configurations.to(upstream.port()));
  }

  @BeforeEach
  void forget() {
    gateway.forgetSpans();
    let.clear();
    upstream.forget();
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    upstream.close();
  }

  /**
   * A moment to leave at.
   *
   * @param request what was sent before
   * @param responding whether the response has begun then
   */
  record Case(String name, String request, boolean responding, String phase, boolean reset) {
    @Override
    public String toString() {
      return name + (reset ? ", reset" : ", closed");
    }
  }

  static Stream<Case> cases() {
    String put = " HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n";
    String chunked = " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    List<Case> all = new ArrayList<>();
    for (boolean reset : new boolean[] {true, false}) {
      all.add(new Case("before the body", "PUT /stall" + put, false, "send", reset));
      all.add(new Case("inside the body", "PUT /stall" + put + "abc", false, "send", reset));
      all.add(new Case("inside a chunk", "PUT /stall" + chunked + "5\r\nab", false, "send", reset));
      all.add(
          new Case("behind the body", "PUT /stall" + put + "0123456789", false, "receive", reset));
      all.add(
          new Case("waiting", "GET /stall HTTP/1.1\r\nHost: a\r\n\r\n", false, "receive", reset));
      all.add(
          new Case(
              "waiting, with more requests pipelined",
              "GET /stall HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
              false,
              "receive",
              reset));
      all.add(
          new Case(
              "inside the response",
              "GET /begin HTTP/1.1\r\nHost: a\r\n\r\n",
              true,
              "receive",
              reset));
      all.add(
          new Case(
              "held back inside a large response",
              "GET /flood HTTP/1.1\r\nHost: a\r\n\r\n",
              true,
              "receive",
              reset));
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  @FaultRow({"R1", "R2"})
  void client_leaves_upstreamIsLetGoOfAtOnce(Case leaving) throws Exception {
    Duration quickest = letGoAfter(leaving);
    for (int round = 1; round < ROUNDS && quickest.compareTo(AT_ONCE) > 0; round++) {
      Duration next = letGoAfter(leaving);
      quickest = next.compareTo(quickest) < 0 ? next : quickest;
    }
    assertThat(quickest).isLessThanOrEqualTo(AT_ONCE);
  }

  /**
   * Lets a client leave, looks at all that is told of it, and says how long the upstream waited.
   */
  private static Duration letGoAfter(Case leaving) throws Exception {
    upstream.forget();
    RawClient client = gateway.connect();
    client.send(leaving.request());
    upstream.request();
    if (leaving.responding()) {
      client.head();
    }
    long left = System.nanoTime();
    if (leaving.reset()) {
      client.reset();
    } else {
      client.close();
    }
    Long closed = let.poll(10, TimeUnit.SECONDS);
    assertThat(closed).as("upstream connection closed").isNotNull();
    List<Span> spans = gateway.trace(1);
    assertThat(spans)
        .allSatisfy(
            span ->
                assertThat(span.tags())
                    .containsEntry("error", "client_gone")
                    .containsEntry("headwater.phase", leaving.phase()));
    if (!leaving.responding()) {
      assertThat(spans.get(0).tags()).doesNotContainKey("http.status_code");
    }
    assertSound();
    return Duration.ofNanos(closed - left);
  }

  private static void assertSound() throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.response()).endsWith("\r\n\r\nok");
    }
    assertThat(gateway.trace(1).get(1).tags()).doesNotContainKey("error");
    Await.until("no connection is left", () -> gateway.gateway().connections() == 0);
    Await.until(
        "no attempt in flight",
        () -> gateway.view().upstreams().stream().allMatch(one -> one.inFlight() == 0));
    Await.until(
        "no request in flight",
        () -> gateway.view().routes().stream().allMatch(one -> one.inFlight() == 0));
  }

  /** R14: the response was whole when the client reset; its pooled connection serves on. */
  @Test
  void client_resetsBehindItsResponse_pooledConnectionServesOn() throws Exception {
    int before = upstream.connections();
    for (int i = 0; i < 50; i++) {
      RawClient client = gateway.connect();
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.response()).endsWith("\r\n\r\nok");
      client.reset();
    }
    // One for each loop at most.
    assertThat(upstream.connections() - before)
        .isLessThanOrEqualTo(Runtime.getRuntime().availableProcessors());
  }

  @Test
  void client_leavesWithoutAWord_costsNothing() throws Exception {
    for (int i = 0; i < 20; i++) {
      gateway.connect().close();
      RawClient half = gateway.connect();
      half.send("GET / HT");
      half.close();
    }
    Await.until("no connection is left", () -> gateway.gateway().connections() == 0);
    assertThat(gateway.waitingSpans()).isZero();
    assertSound();
  }

  @Test
  void tenThousandResets_countedAndNotLogged() throws Exception {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    log.start();
    root.addAppender(log);
    long before = gateway.view().clientResets();
    try {
      for (int i = 0; i < 10_000; i++) {
        Socket socket = new Socket("127.0.0.1", gateway.port());
        socket.setSoLinger(true, 0);
        socket.getOutputStream().write('G');
        if (i % 100 == 0) {
          // Now and then all of them are seen, or a full backlog would drop connections.
          Await.until("accepted", () -> gateway.gateway().connections() > 0);
        }
        socket.close();
      }
      Await.until("no connection is left", () -> gateway.gateway().connections() == 0);
    } finally {
      root.detachAppender(log);
    }
    assertThat(log.list).isEmpty();
    // A reset that the kernel hands out with the accept is a connection that never was.
    assertThat(gateway.view().clientResets() - before).isBetween(5_000L, 10_000L);
    assertSound();
  }
}
