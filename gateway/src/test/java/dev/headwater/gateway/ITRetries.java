package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.PoolPolicy;
import dev.headwater.routes.RetryPolicy;
import dev.headwater.routes.RetryPolicy.Budget;
import dev.headwater.routes.RetryPolicy.Condition;
import dev.headwater.routes.Timeouts;
import dev.headwater.routes.Upstream.Balance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import zipkin2.Span;

/**
 * Trying again, waiting for a connection, and choosing an endpoint (FAULTS.md R4, R9, R11, R12).
 */
class ITRetries {
  private static final Budget PLENTY = new Budget(1, 1000);
  private static final Timeouts QUICK =
      new Timeouts(Duration.ofMillis(600), Duration.ofMillis(200), Duration.ofSeconds(60), null);
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

  private static RetryPolicy on(Condition... conditions) {
    return new RetryPolicy(2, Set.of(conditions), Set.of(), PLENTY);
  }

  private static String put(int length) {
    return "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: "
        + length
        + "\r\n\r\n"
        + "x".repeat(length);
  }

  private static String post(int length) {
    return put(length).replace("PUT", "POST");
  }

  /** Answers the first connection's first request, and closes that connection unasked. */
  private static RawUpstream goingStale(AtomicInteger bodies) throws Exception {
    return new RawUpstream(
        peer -> {
          String head = peer.request();
          peer.send(RawUpstream.OK);
          if (peer.number() == 1) {
            // The next request comes, and is cut without an answer: as if the close had crossed it.
            head = peer.request();
            if (head != null) {
              peer.reset();
            }
            return;
          }
          bodies.incrementAndGet();
          while (peer.request() != null) {
            peer.send(RawUpstream.OK);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1000})
  @FaultRow("R9")
  void staleConnection_idempotent_oneFreeRetry(int length) throws Exception {
    AtomicInteger second = new AtomicInteger();
    RetryPolicy none = new RetryPolicy(0, Set.of(), Set.of(), new Budget(0, 0));
    try (RawUpstream upstream = goingStale(second);
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()).retry(none));
        RawClient client = gateway.connect()) {
      client.send(GET);
      client.response();
      gateway.trace(1);
      client.send(length == 0 ? GET : put(length));
      assertThat(client.response()).startsWith("HTTP/1.1 200 ");
      List<Span> spans = gateway.trace(2);
      assertThat(spans.get(0).tags()).doesNotContainKey("error");
      assertThat(spans.get(1).tags()).containsEntry("error", "reset").containsEntry("attempt", "1");
      assertThat(spans.get(2).tags())
          .containsEntry("retry.reason", "stale")
          .containsEntry("attempt", "2")
          .doesNotContainKey("error");
      assertThat(spans.get(1).id()).isNotEqualTo(spans.get(2).id());
    }
  }

  @Test
  @FaultRow("R9")
  void staleConnection_post_isNotReplayed() throws Exception {
    AtomicInteger second = new AtomicInteger();
    try (RawUpstream upstream = goingStale(second);
        RunningGateway gateway =
            RunningGateway.of(Configurations.to(upstream.port()).retry(on(Condition.RESET)));
        RawClient client = gateway.connect()) {
      client.send(GET);
      client.response();
      client.send(post(10));
      assertThat(client.response()).startsWith("HTTP/1.1 502 ").contains("reason: reset");
      assertThat(second.get()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST"})
  @FaultRow("R4")
  void refused_requeuedToTheNextEndpoint_anyMethod(String method) throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway =
            RunningGateway.of(
                Configurations.to(ITBrokenUpstream.unused(), upstream.port())
                    .retry(on(Condition.CONNECT)));
        RawClient client = gateway.connect()) {
      int requeued = 0;
      for (int i = 0; i < 10; i++) {
        client.send((method.equals("GET") ? GET : post(0)));
        assertThat(client.response()).startsWith("HTTP/1.1 200 ");
        List<Span> spans = gateway.spans(2);
        if (spans.get(1).tags().containsKey("error")) {
          Span again = gateway.spans(1).get(0);
          assertThat(spans.get(1).tags()).containsEntry("error", "connect_refused");
          assertThat(again.tags()).containsEntry("retry.reason", "connect_refused");
          requeued++;
        }
      }
      assertThat(requeued).isEqualTo(5);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, 0, 3",
    "PUT, 100, 3",
    "PUT, 65536, 3",
    "PUT, 65537, 1",
    "PUT, 70000, 1",
    "POST, 0, 1",
    "POST, 100, 1"
  })
  @FaultRow("R12")
  void status_retriedOnlyWhatMayBeRepeated(String method, int length, int attempts)
      throws Exception {
    AtomicInteger requests = new AtomicInteger();
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  while (peer.request() != null) {
                    peer.read(length);
                    requests.incrementAndGet();
                    peer.send("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy");
                  }
                });
        RunningGateway gateway =
            RunningGateway.of(
                Configurations.to(upstream.port())
                    .retry(new RetryPolicy(2, Set.of(), Set.of(503), PLENTY)));
        RawClient client = gateway.connect()) {
      client.send(
          switch (method) {
            case "GET" -> GET;
            case "PUT" -> put(length);
            default -> post(length);
          });
      assertThat(client.response()).startsWith("HTTP/1.1 503 ").endsWith("busy");
      List<Span> spans = gateway.trace(attempts);
      assertThat(requests.get()).isEqualTo(attempts);
      assertThat(spans.subList(1, attempts + 1))
          .allSatisfy(span -> assertThat(span.tags()).containsEntry("error", "503"));
      // The last answer is the upstream's own: its connection stays.
      client.send(GET);
    }
  }

  @Test
  @FaultRow("T12")
  void status_recovers_clientSeesNothing() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  while (peer.request() != null) {
                    assertThat(peer.read(5)).isEqualTo("xxxxx".getBytes());
                    peer.send(
                        requests.incrementAndGet() < 3
                            ? "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"
                            : RawUpstream.OK);
                  }
                });
        RunningGateway gateway =
            RunningGateway.of(
                Configurations.to(upstream.port())
                    .retry(new RetryPolicy(2, Set.of(), Set.of(502), PLENTY)));
        RawClient client = gateway.connect()) {
      client.send(put(5));
      assertThat(client.response()).startsWith("HTTP/1.1 200 ");
      List<Span> spans = gateway.trace(3);
      assertThat(spans.get(0).tags()).doesNotContainKey("error");
      assertThat(spans).extracting(Span::id).doesNotHaveDuplicates();
      assertThat(spans.subList(1, 3))
          .allSatisfy(failed -> assertThat(failed.tags()).containsEntry("error", "502"));
      assertThat(spans.get(3).tags())
          .doesNotContainKey("error")
          .containsEntry("retry.reason", "502")
          .containsEntry("attempt", "3");
    }
  }

  @Test
  void budget_exhausted_firstAnswerStands() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  peer.request();
                  requests.incrementAndGet();
                  peer.reset();
                });
        RunningGateway gateway =
            RunningGateway.of(
                Configurations.to(upstream.port())
                    .retry(
                        new RetryPolicy(
                            2, Set.of(Condition.RESET), Set.of(), new Budget(0.2, 0))))) {
      for (int i = 0; i < 100; i++) {
        try (RawClient client = gateway.connect()) {
          client.send(GET);
          assertThat(client.response()).startsWith("HTTP/1.1 502 ");
        }
      }
      // 20 % on top, counted by each loop for itself.
      assertThat(requests.get()).isBetween(110, 120);
    }
  }

  @Test
  void attemptTimeout_retried_thenResponseTimeout() throws Exception {
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  peer.request();
                  peer.closedByGateway();
                });
        RunningGateway gateway =
            RunningGateway.of(
                Configurations.to(upstream.port())
                    .timeouts(QUICK)
                    .retry(new RetryPolicy(10, Set.of(Condition.TIMEOUT), Set.of(), PLENTY)));
        RawClient client = gateway.connect()) {
      long from = System.nanoTime();
      client.send(GET);
      assertThat(client.response())
          .startsWith("HTTP/1.1 504 Gateway Timeout\r\n")
          .contains("reason: response_timeout");
      assertThat(Duration.ofNanos(System.nanoTime() - from))
          .isBetween(Duration.ofMillis(600), Duration.ofSeconds(5));
      Span server = gateway.spans(1).get(0);
      assertThat(server.tags()).containsEntry("error", "response_timeout");
      assertThat(gateway.spans(1).get(0).tags()).containsEntry("error", "attempt_timeout");
    }
  }

  @Test
  void attemptTimeout_withoutRetry_504() throws Exception {
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  peer.request();
                  peer.closedByGateway();
                });
        RunningGateway gateway =
            RunningGateway.of(Configurations.to(upstream.port()).timeouts(QUICK));
        RawClient client = gateway.connect()) {
      client.send(GET);
      assertThat(client.response()).startsWith("HTTP/1.1 504 ").contains("reason: attempt_timeout");
      assertThat(gateway.trace(1).get(1).tags()).containsEntry("error", "attempt_timeout");
    }
  }

  @Test
  void requestTimeout_boundsTheWholeExchange() throws Exception {
    Timeouts whole =
        new Timeouts(Duration.ofSeconds(60), null, Duration.ofSeconds(60), Duration.ofMillis(300));
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  peer.request();
                  peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
                  peer.closedByGateway();
                });
        RunningGateway gateway =
            RunningGateway.of(Configurations.to(upstream.port()).timeouts(whole));
        RawClient client = gateway.connect()) {
      client.send(GET);
      assertThat(client.rest()).endsWith("abc");
      assertThat(gateway.trace(1).get(0).tags()).containsEntry("error", "request_timeout");
    }
  }

  /** All connections busy and all places in the queue taken: told at once, with a hint when. */
  @Test
  void poolFull_503WithRetryAfter_waitersAreServedInTheEnd() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  while (peer.request() != null) {
                    release.await();
                    peer.send(RawUpstream.OK);
                  }
                });
        RunningGateway gateway =
            RunningGateway.of(
                Configurations.to(upstream.port())
                    .pool(new PoolPolicy(1, 2, Duration.ofSeconds(60), Duration.ofSeconds(1))))) {
      List<RawClient> clients = new ArrayList<>();
      int full = 0;
      for (int i = 0; i < 16; i++) {
        RawClient client = gateway.connect();
        clients.add(client);
        client.send(GET);
      }
      int expected = 16 - 2 * Runtime.getRuntime().availableProcessors();
      Await.until(
          "the rest was refused", () -> gateway.failures("select", "pool_full") >= expected);
      release.countDown();
      for (RawClient client : clients) {
        String response = client.response();
        if (response.startsWith("HTTP/1.1 503 ")) {
          full++;
          assertThat(response).contains("Retry-After: 1\r\n").contains("reason: pool_full");
        } else {
          assertThat(response).startsWith("HTTP/1.1 200 ");
        }
        client.close();
      }
      assertThat(full).isEqualTo((int) gateway.failures("select", "pool_full"));
      assertThat(upstream.connections())
          .isLessThanOrEqualTo(Runtime.getRuntime().availableProcessors());
    }
  }

  /** Who leaves while waiting for a connection takes nobody's place. */
  @Test
  void waiter_thatLeaves_freesItsPlace() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  while (peer.request() != null) {
                    release.await();
                    peer.send(RawUpstream.OK);
                  }
                });
        RunningGateway gateway =
            RunningGateway.of(
                Configurations.to(upstream.port())
                    .pool(new PoolPolicy(1, 1, Duration.ofSeconds(60), Duration.ofSeconds(1))))) {
      for (int i = 0; i < 50; i++) {
        RawClient leaving = gateway.connect();
        leaving.send(GET);
        int so = i + 1;
        Await.until(
            "it waits, or has been refused",
            () ->
                gateway.view().routes().stream().mapToLong(r -> r.inFlight()).sum() > 0
                    || gateway.view().routes().stream().mapToLong(r -> r.requests()).sum() >= so);
        leaving.reset();
        Await.until("it is gone", () -> gateway.gateway().connections() == 0);
      }
      assertThat(gateway.failures("select", "pool_full")).isZero();
      release.countDown();
    }
  }

  @Test
  void poolWait_isBoundedByTheResponseTimeout() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  peer.request();
                  release.await();
                });
        RunningGateway gateway =
            RunningGateway.of(
                Configurations.to(upstream.port())
                    .timeouts(
                        new Timeouts(Duration.ofMillis(300), null, Duration.ofSeconds(60), null))
                    .pool(new PoolPolicy(1, 100, Duration.ofSeconds(60), Duration.ofSeconds(1))))) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        RawClient client = gateway.connect();
        clients.add(client);
        // Large enough for its end never to be read while it waits.
        client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n");
        client.send("x".repeat(200_000));
      }
      Await.until(
          "those without a connection were told",
          () -> gateway.failures("select", "response_timeout") >= 4);
      release.countDown();
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void roundRobin_isEven() throws Exception {
    List<RawUpstream> upstreams = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      upstreams.add(RawUpstream.answering(RawUpstream.OK));
    }
    try (RunningGateway gateway =
            RunningGateway.of(
                Configurations.to(
                    upstreams.get(0).port(), upstreams.get(1).port(), upstreams.get(2).port()));
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 99; i++) {
        client.send(GET);
        client.response();
      }
      assertThat(upstreams).allSatisfy(one -> assertThat(one.waiting()).isEqualTo(33));
    } finally {
      upstreams.forEach(RawUpstream::close);
    }
  }

  @Test
  void leastRequest_avoidsTheBusyOne() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (RawUpstream stuck =
            new RawUpstream(
                peer -> {
                  while (peer.request() != null) {
                    release.await();
                    peer.send(RawUpstream.OK);
                  }
                });
        RawUpstream free = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway =
            RunningGateway.of(
                Configurations.to(stuck.port(), free.port()).balance(Balance.LEAST_REQUEST))) {
      List<RawClient> clients = new ArrayList<>();
      int answered = 0;
      for (int i = 0; i < 60; i++) {
        RawClient client = gateway.connect();
        clients.add(client);
        client.send(GET);
        int so = i + 1;
        Await.until("it has arrived", () -> stuck.waiting() + free.waiting() == so);
      }
      // Each loop tries the stuck one once, and knows better from then on.
      assertThat(stuck.waiting()).isBetween(1, Runtime.getRuntime().availableProcessors());
      release.countDown();
      for (RawClient client : clients) {
        assertThat(client.response()).startsWith("HTTP/1.1 200 ");
        client.close();
        answered++;
      }
      assertThat(answered).isEqualTo(60);
    }
  }

  @Test
  void weights_shareTheRequests() throws Exception {
    try (RawUpstream most = RawUpstream.answering(RawUpstream.OK);
        RawUpstream some = RawUpstream.answering(RawUpstream.OK);
        RawUpstream none = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway =
            RunningGateway.of(
                Configurations.weighted(9, most.port()).and(1, some.port()).and(0, none.port()));
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 2000; i++) {
        client.send(GET);
        client.response();
      }
      assertThat(none.connections()).isZero();
      // 200 expected; six standard deviations of the binomial distribution are 80.
      assertThat(some.waiting()).isBetween(120, 280);
      assertThat(most.waiting() + some.waiting()).isEqualTo(2000);
    }
  }

  @Test
  void allWeightsZero_503() throws Exception {
    try (RunningGateway gateway = RunningGateway.of(Configurations.weighted(0, 1));
        RawClient client = gateway.connect()) {
      client.send(GET);
      assertThat(client.response()).startsWith("HTTP/1.1 503 ").contains("reason: no_upstream");
      assertThat(gateway.trace(0).get(0).tags()).containsEntry("headwater.phase", "select");
    }
  }
}
