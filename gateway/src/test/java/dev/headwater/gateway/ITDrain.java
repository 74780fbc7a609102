package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.DrainPolicy;
import dev.headwater.routes.Upstream;
import io.vertx.core.Future;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The end of a gateway and the change of its configuration, under load (FAULTS.md L1, L4). */
class ITDrain {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

  /** Clients that keep sending, and honour {@code Connection: close}. */
  private static final class Load {
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicBoolean enough = new AtomicBoolean();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger toldToClose = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    Load(RunningGateway gateway, int clients) {
      int port = gateway.port();
      for (int i = 0; i < clients; i++) {
        Thread thread = new Thread(() -> run(port), "load-" + i);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
      }
    }

    private void run(int port) {
      while (!enough.get()) {
        try (RawClient client = new RawClient(new java.net.Socket("127.0.0.1", port))) {
          while (!enough.get()) {
            client.send(GET);
            String response = client.response();
            assertThat(response).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nok");
            answered.incrementAndGet();
            if (response.contains("Connection: close\r\n")) {
              toldToClose.incrementAndGet();
              break;
            }
          }
        } catch (ConnectException listenerIsGone) {
          return;
        } catch (Throwable e) {
          failure.compareAndSet(null, e);
          return;
        }
      }
    }

    void end() throws Exception {
      enough.set(true);
      for (Thread thread : threads) {
        thread.join(10_000);
      }
      assertThat(failure.get()).isNull();
    }
  }

  @Test
  void drain_underLoad_noRequestFails() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      // With a delay the listener still accepts, so that whoever is told to close can come back.
      RunningGateway gateway =
          RunningGateway.of(
              Configurations.to(upstream.port())
                  .drain(new DrainPolicy(Duration.ofMillis(500), Duration.ofSeconds(10))));
      Load load = new Load(gateway, 8);
      Await.until("load is on", () -> load.answered.get() > 500);
      Future<Boolean> stopping = gateway.gateway().stop();
      assertThat(gateway.gateway().draining()).isTrue();
      Await.until("clients are told", () -> load.toldToClose.get() > 8);
      load.enough.set(true);
      load.end();
      assertThat(RunningGateway.done(stopping)).isTrue();
      assertThat(gateway.gateway().connections()).isZero();
      gateway.close();
    }
  }

  @Test
  void drain_withoutDelay_connectionsInUseAreToldFirst() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
      RawClient[] clients = new RawClient[8];
      for (int i = 0; i < clients.length; i++) {
        clients[i] = gateway.connect();
        clients[i].send(GET);
        clients[i].response();
      }
      Future<Boolean> stopping = gateway.gateway().stop();
      for (RawClient client : clients) {
        client.send(GET);
      }
      for (RawClient client : clients) {
        assertThat(client.response()).contains("Connection: close\r\n").endsWith("ok");
        assertThat(client.rest()).isEmpty();
      }
      assertThat(RunningGateway.done(stopping)).isTrue();
      gateway.close();
    }
  }

  @Test
  void drain_waitsForWhatIsInFlight_andForAHalfSentHead() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (RawUpstream upstream =
        new RawUpstream(
            peer -> {
              while (peer.request() != null) {
                release.await();
                peer.send(RawUpstream.OK);
              }
            })) {
      RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
      try (RawClient waiting = gateway.connect();
          RawClient half = gateway.connect();
          RawClient idle = gateway.connect()) {
        waiting.send(GET);
        half.send("GET / HTTP/1.1\r\n");
        upstream.request();
        Await.until("all are there", () -> gateway.gateway().connections() == 3);
        Future<Boolean> stopping = gateway.gateway().stop();
        assertThat(idle.rest()).isEmpty();
        half.send("Host: a\r\n\r\n");
        upstream.request();
        assertThat(stopping.isComplete()).isFalse();
        release.countDown();
        assertThat(waiting.response()).contains("Connection: close\r\n").endsWith("ok");
        assertThat(half.response()).contains("Connection: close\r\n").endsWith("ok");
        assertThat(RunningGateway.done(stopping)).isTrue();
      }
      assertThat(gateway.spans(4)).hasSize(4);
      gateway.close();
    }
  }

  @Test
  void drain_pastItsTime_cutsAndSaysSo() throws Exception {
    try (RawUpstream upstream =
        new RawUpstream(
            peer -> {
              peer.request();
              peer.closedByGateway();
            })) {
      RunningGateway gateway =
          RunningGateway.of(
              Configurations.to(upstream.port())
                  .drain(new DrainPolicy(Duration.ZERO, Duration.ofMillis(500))));
      try (RawClient stuck = gateway.connect()) {
        stuck.send(GET);
        upstream.request();
        assertThat(RunningGateway.done(gateway.gateway().stop())).isFalse();
        assertThat(stuck.rest()).isIn("", "<reset>");
      }
      gateway.close();
    }
  }

  @Test
  void swap_hundredTimesUnderLoad_noRequestFails_connectionsStay() throws Exception {
    try (RawUpstream one = RawUpstream.answering(RawUpstream.OK);
        RawUpstream other = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway = RunningGateway.of(Configurations.to(one.port()))) {
      Load load = new Load(gateway, 6);
      for (int i = 0; i < 100; i++) {
        int so = load.answered.get() + 20;
        Await.until(
            "some are answered", () -> load.answered.get() >= so || load.failure.get() != null);
        gateway.swap(
            i % 2 == 0
                ? Configurations.to(one.port(), other.port())
                    .balance(Upstream.Balance.LEAST_REQUEST)
                : Configurations.to(one.port()));
      }
      load.end();
      assertThat(load.toldToClose.get()).isZero();
      assertThat(other.waiting()).isPositive();
      // Pools belong to endpoints, not to configurations: no swap closed one.
      assertThat(one.connections()).isLessThanOrEqualTo(12);
      assertThat(other.connections()).isLessThanOrEqualTo(12);
    }
  }

  @Test
  void swap_whileARequestRuns_itKeepsWhatItStartedWith() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (RawUpstream old =
            new RawUpstream(
                peer -> {
                  peer.request();
                  release.await();
                  peer.send(RawUpstream.OK);
                });
        RawUpstream next = RawUpstream.answering(RawUpstream.OK.replace("ok", "no"));
        RunningGateway gateway = RunningGateway.of(Configurations.to(old.port()));
        RawClient client = gateway.connect()) {
      client.send(GET);
      old.request();
      gateway.swap(Configurations.to(next.port()));
      release.countDown();
      assertThat(client.response()).endsWith("ok");
      client.send(GET);
      assertThat(client.response()).endsWith("no");
    }
  }

  /** Z: spans that nobody takes are dropped and counted; no request waits for them or fails. */
  @Test
  void reporter_full_costsNoRequestAnything() throws Exception {
    CompletableFuture<Void> blocked = new CompletableFuture<>();
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway =
            RunningGateway.of(Configurations.to(upstream.port()), spans -> blocked.join());
        RawClient client = gateway.connect()) {
      String many = GET.repeat(500);
      long slowest = 0;
      for (int i = 0; i < 20; i++) {
        long from = System.nanoTime();
        client.send(many);
        for (int j = 0; j < 500; j++) {
          assertThat(client.response()).startsWith("HTTP/1.1 200 ");
        }
        slowest = Math.max(slowest, System.nanoTime() - from);
      }
      assertThat(Duration.ofNanos(slowest)).isLessThan(Duration.ofSeconds(5));
      assertThat(gateway.dropped()).isPositive();
      blocked.complete(null);
      assertThat(blocked.get(1, TimeUnit.SECONDS)).isNull();
    }
  }
}
