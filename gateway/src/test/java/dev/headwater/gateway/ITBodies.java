package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.Limits;
import dev.headwater.routes.PoolPolicy;
import dev.headwater.routes.Timeouts;
import io.netty.util.internal.PlatformDependent;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies in both directions: whole, in order, no faster than the slower side, memory flat. */
class ITBodies {
  private static final long MIB = 1 << 20;

  /** What kernels on loopback may hold in four socket buffers, and we under way. */
  private static final long UNDER_WAY = 40 * MIB;

  private static RawUpstream sending(long length, String head, AtomicLong sent) throws Exception {
    return new RawUpstream(
        peer -> {
          while (peer.request() != null) {
            peer.send(head);
            sent.set(0);
            Pattern.write(peer.socket().getOutputStream(), length, sent);
            if (head.contains("close")) {
              return;
            }
          }
        });
  }

  private static String counted(long length) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n";
  }

  /** Waits until nothing moves any more, and tells how far it came. */
  private static long stalledAt(AtomicLong counter) throws Exception {
    long[] last = {-1, System.nanoTime()};
    Await.until(
        "the sender is held back",
        () -> {
          long now = counter.get();
          if (now != last[0]) {
            last[0] = now;
            last[1] = System.nanoTime();
          }
          return now > 0 && System.nanoTime() - last[1] > 500_000_000L;
        });
    return last[0];
  }

  private static void download(long length) throws Exception {
    AtomicLong sent = new AtomicLong();
    try (RawUpstream upstream = sending(length, counted(length), sent);
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      client.head();
      assertThat(stalledAt(sent)).isLessThan(Math.min(length, UNDER_WAY));
      long before = memory();
      Pattern.read(client.socket().getInputStream(), length);
      assertThat(memory() - before).isLessThan(UNDER_WAY);
      assertThat(gateway.trace(1).get(0).tags())
          .containsEntry("http.response.size", Long.toString(length))
          .doesNotContainKey("error");
    }
  }

  private static void upload(long length) throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    AtomicLong sent = new AtomicLong();
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  peer.request();
                  reading.await();
                  Pattern.read(peer.socket().getInputStream(), length);
                  peer.send(RawUpstream.OK);
                  peer.closedByGateway();
                });
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient client = gateway.connect()) {
      client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n");
      CompletableFuture<Void> writing =
          CompletableFuture.runAsync(
              () -> {
                try {
                  Pattern.write(client.socket().getOutputStream(), length, sent);
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      assertThat(stalledAt(sent)).isLessThan(Math.min(length, UNDER_WAY));
      long before = memory();
      reading.countDown();
      writing.get(120, TimeUnit.SECONDS);
      assertThat(client.response()).endsWith("\r\n\r\nok");
      assertThat(memory() - before).isLessThan(UNDER_WAY);
      assertThat(gateway.trace(1).get(0).tags())
          .containsEntry("http.request.size", Long.toString(length))
          .doesNotContainKey("error");
    }
  }

  private static long memory() {
    System.gc();
    return Math.max(0, PlatformDependent.usedDirectMemory())
        + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @Test
  void download_slowReader_upstreamHeldBack_allArrives() throws Exception {
    download(256 * MIB);
  }

  @Test
  void upload_slowUpstream_clientHeldBack_allArrives() throws Exception {
    upload(256 * MIB);
  }

  @Test
  @Tag("extra")
  void download_gibibyte_memoryFlat() throws Exception {
    download(1024 * MIB);
  }

  @Test
  @Tag("extra")
  void upload_gibibyte_memoryFlat() throws Exception {
    upload(1024 * MIB);
  }

  /** The last piece of a response may find the client full: the connection must not stay paused. */
  @ParameterizedTest
  @ValueSource(ints = {65_535, 65_536, 65_537, 200_000, 3_000_000})
  void connection_usedAgain_afterAPausedResponse(int length) throws Exception {
    AtomicLong sent = new AtomicLong();
    try (RawUpstream upstream = sending(length, counted(length), sent);
        RunningGateway gateway =
            RunningGateway.of(
                Configurations.to(upstream.port())
                    .pool(new PoolPolicy(1, 100, Duration.ofSeconds(60), Duration.ofSeconds(1))));
        RawClient client = gateway.connect()) {
      client.socket().setReceiveBufferSize(16 << 10);
      for (int i = 0; i < 8; i++) {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        client.head();
        Pattern.read(client.socket().getInputStream(), length);
      }
      assertThat(upstream.connections()).isEqualTo(1);
    }
  }

  /** What the upstream sent before it closed belongs to the client, however slowly it reads. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 20971520\r\n\r\n"
      })
  void response_whole_whenUpstreamClosesBehindIt(String head) throws Exception {
    long length = 20 * MIB;
    AtomicLong sent = new AtomicLong();
    try (RawUpstream upstream = sending(length, head, sent);
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
      client.head();
      stalledAt(sent);
      Pattern.read(client.socket().getInputStream(), length);
      assertThat(client.rest()).isEmpty();
      assertThat(gateway.trace(1).get(0).tags()).doesNotContainKey("error");
    }
  }

  @Test
  void chunks_streamAsTheyCome_bothWays() throws Exception {
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  peer.request();
                  peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                  // Each piece is answered before the next one is sent.
                  for (int i = 0; i < 20; i++) {
                    String size = line(peer.socket().getInputStream());
                    String piece = new String(peer.read(Integer.parseInt(size, 16)));
                    peer.read(2);
                    peer.send(size + "\r\n" + piece + "\r\n");
                  }
                  assertThat(line(peer.socket().getInputStream())).isEqualTo("0");
                  peer.read(2);
                  peer.send("0\r\n\r\n");
                  peer.closedByGateway();
                });
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient client = gateway.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
      assertThat(client.head()).contains("Transfer-Encoding: chunked\r\n");
      for (int i = 0; i < 20; i++) {
        String piece = "piece " + i;
        client.send(Integer.toHexString(piece.length()) + "\r\n" + piece + "\r\n");
        assertThat(Integer.parseInt(client.line(), 16)).isEqualTo(piece.length());
        assertThat(client.read(piece.length())).isEqualTo(piece);
        assertThat(client.line()).isEmpty();
      }
      client.send("0\r\n\r\n");
      assertThat(client.line()).isEqualTo("0");
      assertThat(client.line()).isEmpty();
    }
  }

  static String line(InputStream in) throws java.io.IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\r'; next = in.read()) {
      if (next < 0) {
        throw new java.io.EOFException("closed inside a line: " + line);
      }
      line.append((char) next);
    }
    in.read();
    return line.toString();
  }

  @Test
  void serverSentEvents_arriveOneByOne_afterAPause() throws Exception {
    int big = 8 << 20;
    CountDownLatch drained = new CountDownLatch(1);
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  peer.request();
                  peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                  peer.send(Integer.toHexString(big) + "\r\n");
                  Pattern.write(peer.socket().getOutputStream(), big, new AtomicLong());
                  peer.send("\r\n5\r\nevent\r\n");
                  drained.await();
                  peer.send("4\r\nlast\r\n0\r\n\r\n");
                  peer.closedByGateway();
                });
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      client.head();
      long got = 0;
      StringBuilder tail = new StringBuilder();
      while (got < big + 5) {
        int size = Integer.parseInt(client.line(), 16);
        String piece = client.read(size);
        got += size;
        tail.append(piece.substring(Math.max(0, piece.length() - 5)));
        assertThat(client.line()).isEmpty();
      }
      // The event came although nothing followed it.
      assertThat(tail.toString()).endsWith("event");
      drained.countDown();
      assertThat(client.chunks()).isEqualTo("last");
    }
  }

  @Test
  void trailers_passBothWays_withoutWhatTheyMayNotCarry() throws Exception {
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  assertThat(peer.request())
                      .contains("TE: trailers\r\n")
                      .contains("Transfer-Encoding: chunked\r\n");
                  StringBuilder body = new StringBuilder();
                  for (String line = line(peer.socket().getInputStream());
                      !line.isEmpty();
                      line = line(peer.socket().getInputStream())) {
                    body.append(line).append('|');
                  }
                  peer.send(
                      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                          + Integer.toHexString(body.length())
                          + "\r\n"
                          + body
                          + "\r\n0\r\ngrpc-status: 0\r\nContent-Length: 9\r\nX-B3-TraceId: 1\r\n"
                          + "Set-Cookie: a=b\r\nConnection: close\r\n\r\n");
                  peer.closedByGateway();
                });
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient client = gateway.connect()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "2;ext=\"1\"\r\nab\r\n0\r\nchecksum: 7\r\nHost: evil\r\nTransfer-Encoding: x\r\n"
              + "Authorization: no\r\nb3: 1\r\nX-Forwarded-For: 1.1.1.1\r\n\r\n");
      client.head();
      assertThat(client.chunks()).isEqualTo("2|ab|0|checksum: 7|");
      assertThat(client.head()).isEqualTo("grpc-status: 0\r\n\r\n");
    }
  }

  @Test
  @FaultRow("C10")
  void continue_relayedOnlyWhenTheUpstreamSaysSo() throws Exception {
    CountDownLatch accept = new CountDownLatch(1);
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  assertThat(peer.request()).contains("Expect: 100-continue\r\n");
                  accept.await();
                  peer.send("HTTP/1.1 100 Continue\r\n\r\n");
                  assertThat(peer.read(5)).isEqualTo("hello".getBytes());
                  peer.send(RawUpstream.OK);
                  peer.closedByGateway();
                });
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient client = gateway.connect()) {
      client.send("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
      assertThat(upstream.request()).startsWith("PUT / HTTP/1.1");
      assertThat(client.socket().getInputStream().available()).isZero();
      accept.countDown();
      assertThat(client.head()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      client.send("hello");
      assertThat(client.response()).endsWith("\r\n\r\nok");
    }
  }

  @Test
  @FaultRow("C10")
  void continue_refusedByUpstream_bodyNeverAskedFor() throws Exception {
    try (RawUpstream upstream =
            RawUpstream.answering("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient client = gateway.connect()) {
      client.send("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
      assertThat(client.response()).startsWith("HTTP/1.1 413 ").contains("Connection: close\r\n");
    }
  }

  /** An upstream that says nothing is waited for as long as for any answer, and no longer. */
  @Test
  @FaultRow("C10")
  void continue_neverSaid_504AtTheResponseTimeout_notTheClientsFault() throws Exception {
    Limits safe = Limits.DEFAULT;
    Limits impatient =
        new Limits(
            safe.headBytes(),
            safe.fields(),
            safe.targetBytes(),
            safe.bodyBytes(),
            safe.headTimeout(),
            Duration.ofMillis(100),
            safe.sendIdle(),
            safe.bodyRate(),
            Duration.ofMillis(100),
            safe.connections());
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  peer.request();
                  peer.closedByGateway();
                });
        RunningGateway gateway =
            RunningGateway.of(
                Configurations.to(upstream.port())
                    .limits(impatient)
                    .timeouts(
                        new Timeouts(Duration.ofMillis(600), null, Duration.ofSeconds(60), null)));
        RawClient client = gateway.connect()) {
      long from = System.nanoTime();
      client.send("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
      assertThat(client.response()).startsWith("HTTP/1.1 504 ");
      assertThat(Duration.ofNanos(System.nanoTime() - from))
          .isBetween(Duration.ofMillis(550), Duration.ofSeconds(5));
    }
  }

  @Test
  @FaultRow("C10")
  void unknownExpectation_417_nothingReachesTheUpstream() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient client = gateway.connect()) {
      client.send("PUT / HTTP/1.1\r\nHost: a\r\nExpect: cake\r\nContent-Length: 5\r\n\r\n");
      assertThat(client.response()).startsWith("HTTP/1.1 417 Expectation Failed\r\n");
      assertThat(upstream.connections()).isZero();
    }
  }

  @Test
  void earlyHints_relayed_andPairedWithTheirResponse() throws Exception {
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  for (String head = peer.request(); head != null; head = peer.request()) {
                    peer.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n");
                    peer.send(
                        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"
                            + (head.startsWith("HEAD") ? "" : "abc"));
                  }
                });
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient client = gateway.connect()) {
      client.send(
          "GET / HTTP/1.1\r\nHost: a\r\n\r\nHEAD / HTTP/1.1\r\nHost: a\r\n\r\n"
              + "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      for (String body : new String[] {"abc", "", "abc"}) {
        assertThat(client.head()).startsWith("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n");
        assertThat(client.head()).startsWith("HTTP/1.1 200 OK\r\n").contains("Content-Length: 3");
        assertThat(client.read(body.length())).isEqualTo(body);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "204 No Content\r\n\r\n",
        "304 Not Modified\r\nContent-Length: 1234\r\n\r\n",
        "304 Not Modified\r\n\r\n"
      })
  void bodilessStatus_neverHasABody(String response) throws Exception {
    try (RawUpstream upstream = RawUpstream.answering("HTTP/1.1 " + response);
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 3; i++) {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        String head = client.head();
        assertThat(head).startsWith("HTTP/1.1 " + response.substring(0, 3));
        assertThat(head).doesNotContain("Transfer-Encoding").doesNotContain("Connection: close");
        assertThat(head.contains("Content-Length: 1234")).isEqualTo(response.contains("1234"));
      }
      assertThat(upstream.connections()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 1000000\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n",
        "\r\n",
        "Content-Length: 0\r\n\r\n"
      })
  void head_neverHasABody(String fields) throws Exception {
    try (RawUpstream upstream = RawUpstream.answering("HTTP/1.1 200 OK\r\n" + fields);
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 3; i++) {
        client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.head()).startsWith("HTTP/1.1 200 OK\r\n");
      }
      assertThat(upstream.connections()).isEqualTo(1);
    }
  }

  @Test
  void getWithABody_framedExactly() throws Exception {
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  for (String head = peer.request(); head != null; head = peer.request()) {
                    assertThat(head).contains("Content-Length: 3\r\n");
                    assertThat(peer.read(3)).isEqualTo("abc".getBytes());
                    peer.send(RawUpstream.OK);
                  }
                });
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient client = gateway.connect()) {
      String get = "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
      client.send(get + get);
      assertThat(client.response()).endsWith("\r\n\r\nok");
      assertThat(client.response()).endsWith("\r\n\r\nok");
    }
  }

  @Test
  void http10_closeDelimited_orKeptAlive() throws Exception {
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  for (String head = peer.request(); head != null; head = peer.request()) {
                    peer.send(
                        head.contains("/chunked")
                            ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + "3\r\nabc\r\n0\r\nA: b\r\n\r\n"
                            : RawUpstream.OK);
                  }
                });
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient kept = gateway.connect();
        RawClient closed = gateway.connect()) {
      kept.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      assertThat(kept.response()).contains("Connection: keep-alive\r\n").endsWith("ok");
      kept.send("GET /chunked HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
      assertThat(kept.head()).contains("Connection: close\r\n").doesNotContain("Transfer-Encod");
      assertThat(kept.rest()).isEqualTo("abc");
      closed.send("GET / HTTP/1.0\r\n\r\n");
      assertThat(closed.rest()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nok");
    }
  }

  /** R7: only a reset tells a client of a close-delimited response that something is missing. */
  @Test
  void http10_brokenResponse_isReset() throws Exception {
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  peer.request();
                  peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
                });
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.0\r\n\r\n");
      assertThat(client.rest()).endsWith("<reset>");
    }
  }

  @Test
  void echo_whileTheBodyIsStillComing() throws Exception {
    int length = 8 << 20;
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  peer.request();
                  peer.send(counted(length));
                  InputStream in = peer.socket().getInputStream();
                  OutputStream out = peer.socket().getOutputStream();
                  byte[] piece = new byte[10_000];
                  for (int left = length; left > 0; ) {
                    int count = in.read(piece, 0, Math.min(left, piece.length));
                    out.write(piece, 0, count);
                    left -= count;
                  }
                  peer.closedByGateway();
                });
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient client = gateway.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n");
      CompletableFuture<Void> writing =
          CompletableFuture.runAsync(
              () -> {
                try {
                  Pattern.write(client.socket().getOutputStream(), length, new AtomicLong());
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      client.head();
      Pattern.read(client.socket().getInputStream(), length);
      writing.get(10, TimeUnit.SECONDS);
    }
  }
}
