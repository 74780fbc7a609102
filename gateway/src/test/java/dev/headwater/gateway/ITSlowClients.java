package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.Crowd.Manner;
import dev.headwater.routes.Limits;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Many clients that are slow on purpose (FAULTS.md C1, C3), and everybody else. */
class ITSlowClients {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

  /** Below it a 99th percentile says more about the machine than about us. */
  private static final long FLOOR_NANOS = Duration.ofMillis(10).toNanos();

  private static Limits limits(Duration head, Duration sendIdle) {
    Limits safe = Limits.DEFAULT;
    return new Limits(
        safe.headBytes(),
        safe.fields(),
        safe.targetBytes(),
        safe.bodyBytes(),
        head,
        safe.idle(),
        sendIdle,
        safe.bodyRate(),
        safe.bodyGrace(),
        safe.connections());
  }

  /** Durations of that many ordinary requests, one after the other. */
  private static long[] ordinary(RawClient client, int count) throws Exception {
    long[] took = new long[count];
    for (int i = 0; i < count; i++) {
      long from = System.nanoTime();
      assertThat(client.send(GET).response()).startsWith("HTTP/1.1 200 ");
      took[i] = System.nanoTime() - from;
    }
    return took;
  }

  /** As many as there is time for, 500 at most; at least one. */
  private static long[] ordinaryWhile(RawClient client, BooleanSupplier lasting) throws Exception {
    long[] took = ordinary(client, 1);
    while (lasting.getAsBoolean() && took.length < 500) {
      long[] more = Arrays.copyOf(took, took.length + 1);
      more[took.length] = ordinary(client, 1)[0];
      took = more;
    }
    return took;
  }

  private static long p99(long[] took) {
    long[] sorted = took.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length * 99 / 100];
  }

  @Test
  @FaultRow("C1")
  void thousandSlowHeads_eachClosedAtTheHeadTimer_othersUnharmed() throws Exception {
    long headMillis = 3000;
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway =
            RunningGateway.of(
                Configurations.to(upstream.port())
                    .limits(limits(Duration.ofMillis(headMillis), Duration.ofSeconds(30))));
        RawClient client = gateway.connect()) {
      ordinary(client, 2000);
      // Whatever else the machine does can only add: the best of three pairs tells about us.
      double best = Double.MAX_VALUE;
      for (int round = 0; round < 3; round++) {
        long alone = p99(ordinary(client, 500));
        Manner trickle = new Manner("GET / HTTP/1.1\r\nHost: a\r\n", "A".repeat(1000), 500, true);
        try (Crowd crowd = new Crowd(gateway.port(), 1000, trickle)) {
          Await.until("all are there", () -> gateway.gateway().connections() == 1001);
          long among = p99(ordinaryWhile(client, () -> crowd.left() == 1000));
          best = Math.min(best, (double) among / Math.max(alone, FLOOR_NANOS));
          Await.until("all are closed", Duration.ofSeconds(30), () -> crowd.left() == 0);
          assertThat(crowd.members())
              .allSatisfy(
                  member -> {
                    assertThat(member.lastedMillis()).isBetween(headMillis - 100, 15_000L);
                    assertThat(member.answer()).startsWith("HTTP/1.1 408 ");
                  });
        }
      }
      assertThat(best).isLessThan(2);
      assertThat(gateway.failures("accept", "head_timeout")).isEqualTo(3000);
      Await.until("no slow one is left", () -> gateway.gateway().connections() == 1);
    }
  }

  /**
   * 500 clients that read nothing of 100 MiB each: what they hold of us is bounded by the water
   * mark, and their upstream waits.
   */
  @Test
  @FaultRow("C3")
  void slowReadersOfLargeResponses_costAWaterMarkEach_upstreamIsPaused() throws Exception {
    int clients = 500;
    long length = 100L << 20;
    AtomicLong given = new AtomicLong();
    byte[] piece = new byte[4 << 10];
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  peer.socket().setSendBufferSize(32 << 10);
                  while (true) {
                    String head = peer.request();
                    if (head == null) {
                      return;
                    }
                    if (!head.startsWith("GET /large")) {
                      peer.send(RawUpstream.OK);
                      continue;
                    }
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n");
                    for (long sent = 0; sent < length; sent += piece.length) {
                      peer.socket().getOutputStream().write(piece);
                      given.addAndGet(piece.length);
                    }
                  }
                });
        RunningGateway gateway =
            RunningGateway.of(
                Configurations.to(upstream.port())
                    .pool(
                        new dev.headwater.routes.PoolPolicy(
                            1000, 1000, Duration.ofSeconds(60), Duration.ofSeconds(10))));
        RawClient other = gateway.connect()) {
      ordinary(other, 500);
      Footprint before = Footprint.now();
      Manner silent = new Manner("GET /large HTTP/1.1\r\nHost: a\r\n\r\n", "", 100, false);
      try (Crowd crowd = new Crowd(gateway.port(), clients, silent)) {
        Await.until(
            "all are answered", Duration.ofSeconds(60), () -> upstream.connections() >= clients);
        long[] last = {-1, System.nanoTime()};
        Await.until(
            "upstream is paused",
            Duration.ofSeconds(60),
            () -> {
              if (given.get() != last[0]) {
                last[0] = given.get();
                last[1] = System.nanoTime();
              }
              return last[0] > 0 && System.nanoTime() - last[1] > 700_000_000L;
            });
        Footprint during = Footprint.now();
        long buffers = (during.direct() - before.direct()) / clients;
        long objects = (during.heap() - before.heap()) / clients;
        System.out.println(
            "C3: "
                + clients
                + " slow readers hold "
                + buffers
                + " bytes of buffers and "
                + objects
                + " of heap each; upstream gave "
                + given.get() / clients
                + " each");
        assertThat(buffers).isLessThan(64 << 10);
        // The upstream's own threads are in this figure, too.
        assertThat(objects).isLessThan(40 << 10);
        // Nor does the kernel hold megabytes for them: see Reads.
        assertThat(given.get() / clients).isLessThan(1 << 20);
        ordinary(other, 200);
        assertThat(crowd.left()).isEqualTo(clients);
      }
      Await.until(
          "all are gone", Duration.ofSeconds(30), () -> gateway.gateway().connections() == 1);
    }
  }

  /** Once it reads, it gets everything: pausing is not losing. */
  @Test
  @FaultRow("C3")
  void readerThatWakesUp_getsAllOfIt() throws Exception {
    int length = 20 << 20;
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  peer.request();
                  peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n");
                  byte[] piece = new byte[1 << 20];
                  for (int i = 0; i < length >> 20; i++) {
                    Arrays.fill(piece, (byte) i);
                    peer.socket().getOutputStream().write(piece);
                  }
                  peer.closedByGateway();
                });
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient client = gateway.connect()) {
      client.send(GET);
      client.head();
      Thread.yield();
      byte[] all = client.socket().getInputStream().readNBytes(length);
      assertThat(all).hasSize(length);
      for (int i = 0; i < length >> 20; i++) {
        assertThat(all[i << 20]).isEqualTo((byte) i);
        assertThat(all[((i + 1) << 20) - 1]).isEqualTo((byte) i);
      }
    }
  }
}
