package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.fault.Http2Frame;
import dev.headwater.gateway.fault.Http2Origin;
import dev.headwater.gateway.fault.StrictAnswer;
import dev.headwater.gateway.fault.StrictField;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * HTTP/2 towards endpoints, against origins that say it frame by frame: what a request looks like,
 * what may be sent again, and what breaks without harm to others (FAULTS.md R1, R2, R3, R8, R14,
 * D12).
 */
class ITUpstreamHttp2 {
  /** Streams in the order of requests; Netty leaves 1 to an upgrade. */
  private static final int ONE = 3;

  private static final int TWO = 5;
  private static final int THREE = 7;
  private static final int CANCEL = 8;
  private static final int REFUSED_STREAM = 7;
  private static final int INTERNAL_ERROR = 2;
  private static final int MAX_CONCURRENT_STREAMS = 3;

  private static String yaml(int port, String more) {
    return """
    listeners: [{name: web, address: "127.0.0.1:0"}]
    upstreams: [{name: up, endpoints: ["h2c://127.0.0.1:%d"]%s}]
    routes: [{name: all, to: [{upstream: up}]}]
    tracing: {store: {}}
    """
        .formatted(port, more);
  }

  private static RunningGateway gateway(Http2Origin origin) {
    return RunningGateway.of(yaml(origin.port(), ""));
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }

  private static String post(String path, String body) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: a\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  /** Answers every request with its path, once it is whole. */
  private static void echoPath(Http2Origin.Peer peer, Http2Frame frame) throws Exception {
    if (ends(frame)) {
      peer.answer(frame.stream(), peer.path(frame.stream()));
    }
  }

  private static boolean ends(Http2Frame frame) {
    return (frame.type() == Http2Frame.HEADERS || frame.type() == Http2Frame.DATA)
        && frame.has(Http2Frame.END_STREAM);
  }

  private static List<String> names(List<StrictField> fields) {
    return fields.stream().map(StrictField::name).toList();
  }

  // Heads, bodies, trailers.

  @Test
  void request_becomesPseudoFieldsAndNoFieldOfAConnection() throws Exception {
    try (Http2Origin origin = new Http2Origin(ITUpstreamHttp2::echoPath);
        RunningGateway gateway = gateway(origin);
        RawClient client = gateway.connect()) {
      client.send(
          "GET /a/b?c=d HTTP/1.1\r\nHost: Example.com:81\r\nConnection: keep-alive, x-hop\r\n"
              + "X-Hop: 1\r\nKeep-Alive: 5\r\nTE: trailers\r\nX-Kept: Yes\r\n\r\n");
      StrictAnswer answer = client.answer();
      assertThat(answer.status()).isEqualTo(200);
      Http2Origin.Peer peer = origin.peers().get(0);
      assertThat(peer.field(ONE, ":method")).isEqualTo("GET");
      assertThat(peer.field(ONE, ":scheme")).isEqualTo("http");
      assertThat(peer.field(ONE, ":path")).isEqualTo("/a/b?c=d");
      assertThat(peer.field(ONE, ":authority")).isEqualToIgnoringCase("example.com:81");
      assertThat(peer.field(ONE, "te")).isEqualTo("trailers");
      assertThat(peer.field(ONE, "x-kept")).isEqualTo("Yes");
      assertThat(peer.field(ONE, "x-b3-traceid")).isNotNull();
      assertThat(names(peer.head(ONE)))
          .doesNotContain("connection", "keep-alive", "x-hop", "host", "transfer-encoding")
          .allSatisfy(name -> assertThat(name).isLowerCase());
      assertThat(peer.frames(Http2Frame.HEADERS, ONE).get(0).has(Http2Frame.END_STREAM)).isTrue();
    }
  }

  @Test
  void trailers_passBothWaysWithoutWhatMeansSomething() throws Exception {
    try (Http2Origin origin =
            new Http2Origin(
                (peer, frame) -> {
                  if (ends(frame)) {
                    peer.head(frame.stream(), 200, false).data(frame.stream(), "x", false);
                    peer.headers(
                        frame.stream(), true, "grpc-status", "0", "x-forwarded-for", "6.6.6.6");
                  }
                });
        RunningGateway gateway = gateway(origin);
        RawClient client = gateway.connect()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "3\r\nabc\r\n0\r\nX-Sum: 7\r\nContent-Length: 3\r\n\r\n");
      client.head();
      assertThat(client.chunks()).isEqualTo("x");
      assertThat(client.head()).isEqualToIgnoringCase("grpc-status: 0\r\n\r\n");
      Http2Origin.Peer peer = origin.peers().get(0);
      assertThat(peer.body(ONE)).asString().isEqualTo("abc");
      assertThat(peer.trailers(ONE)).containsExactly(new StrictField("x-sum", "7"));
    }
  }

  @Test
  void informationalHeads_areRelayed() throws Exception {
    try (Http2Origin origin =
            new Http2Origin(
                (peer, frame) -> {
                  peer.head(frame.stream(), 103, false, "link", "</a>; rel=preload");
                  peer.answer(frame.stream(), "ok");
                });
        RunningGateway gateway = gateway(origin);
        RawClient client = gateway.connect()) {
      client.send(get("/"));
      assertThat(client.head()).startsWith("HTTP/1.1 103 ").containsIgnoringCase("link: </a>;");
      assertThat(client.response()).startsWith("HTTP/1.1 200 ").endsWith("ok");
    }
  }

  // Sent again, since it was certainly not processed.

  @ParameterizedTest
  @ValueSource(ints = {0, 65_536})
  void refusedStream_isSentAgainWhateverTheMethod(int length) throws Exception {
    AtomicBoolean refused = new AtomicBoolean();
    try (Http2Origin origin =
            new Http2Origin(
                (peer, frame) -> {
                  if (frame.type() == Http2Frame.HEADERS && refused.compareAndSet(false, true)) {
                    peer.send(Http2Frame.reset(frame.stream(), REFUSED_STREAM));
                  } else {
                    echoPath(peer, frame);
                  }
                });
        RunningGateway gateway = gateway(origin);
        RawClient client = gateway.connect()) {
      client.send(post("/order", "x".repeat(length)));
      assertThat(client.response()).startsWith("HTTP/1.1 200 ").endsWith("/order");
      assertThat(origin.peers()).hasSize(1);
      assertThat(origin.peers().get(0).body(TWO)).hasSize(length);
      assertThat(gateway.trace(2).get(2).tags()).containsEntry("retry.reason", "refused_stream");
    }
  }

  @Test
  void goAway_sendsAgainWhatWasNotProcessedAndLetsTheRestFinish() throws Exception {
    CountDownLatch finish = new CountDownLatch(1);
    try (Http2Origin origin =
            new Http2Origin(
                (peer, frame) -> {
                  if (peer.number() > 1) {
                    echoPath(peer, frame);
                  } else if (frame.type() == Http2Frame.HEADERS && frame.stream() == TWO) {
                    peer.send(Http2Frame.goAway(ONE, 0));
                    finish.await();
                    peer.answer(ONE, "finished");
                  }
                });
        RunningGateway gateway =
            RunningGateway.of(yaml(origin.port(), ", pool: {connections: 9}"));
        RawClient first = gateway.connect();
        RawClient second = sameLoop(gateway, first)) {
      first.send(get("/first"));
      Await.until("first arrives", () -> !origin.peers().isEmpty());
      Await.until("its head", () -> !origin.peers().get(0).head(ONE).isEmpty());
      second.send(post("/second", "body"));
      assertThat(second.response()).startsWith("HTTP/1.1 200 ").endsWith("/second");
      finish.countDown();
      assertThat(first.response()).startsWith("HTTP/1.1 200 ").endsWith("finished");
      Await.until("the old connection is closed", () -> origin.peers().get(0).closed());
      assertThat(gateway.failures("send", "goaway")).isZero();
    }
  }

  /** Connections go to loops in turn: another one on the loop of {@code first}. */
  private static RawClient sameLoop(RunningGateway gateway, RawClient first) throws Exception {
    int loops = Runtime.getRuntime().availableProcessors();
    for (int i = 1; i < loops; i++) {
      gateway.connect();
    }
    return gateway.connect();
  }

  // One stream of a shared connection breaks.

  /** Two requests on one connection of the origin. */
  private static void pair(RunningGateway gateway, Http2Origin origin, Pair test) throws Exception {
    try (RawClient one = gateway.connect();
        RawClient two = sameLoop(gateway, one)) {
      one.send(get("/one"));
      Await.until("one arrives", () -> !origin.peers().isEmpty());
      Http2Origin.Peer peer = origin.peers().get(0);
      Await.until("its head", () -> !peer.head(ONE).isEmpty());
      two.send(get("/two"));
      Await.until("two arrives", () -> !peer.head(TWO).isEmpty());
      test.run(one, two, peer);
    }
    assertThat(origin.peers()).hasSize(1);
  }

  private interface Pair {
    void run(RawClient one, RawClient two, Http2Origin.Peer peer) throws Exception;
  }

  @FaultRow({"R1", "R3"})
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void clientThatLeaves_resetsItsStreamOnly(boolean responding) throws Exception {
    try (Http2Origin origin = new Http2Origin((peer, frame) -> {});
        RunningGateway gateway = gateway(origin)) {
      pair(
          gateway,
          origin,
          (one, two, peer) -> {
            if (responding) {
              peer.head(ONE, 200, false).data(ONE, "begun", false);
              one.head();
            }
            one.reset();
            Await.until("reset", () -> !peer.frames(Http2Frame.RST_STREAM, ONE).isEmpty());
            assertThat(peer.frames(Http2Frame.RST_STREAM, ONE).get(0).value()).isEqualTo(CANCEL);
            peer.answer(TWO, "unharmed");
            assertThat(two.response()).endsWith("unharmed");
            assertThat(peer.frames(Http2Frame.RST_STREAM, TWO)).isEmpty();
          });
    }
  }

  @FaultRow("R14")
  @Test
  void lateResetOfACompletedRequest_leavesTheOtherUnharmed() throws Exception {
    try (Http2Origin origin = new Http2Origin((peer, frame) -> {});
        RunningGateway gateway = gateway(origin)) {
      pair(
          gateway,
          origin,
          (one, two, peer) -> {
            peer.answer(ONE, "done").send(Http2Frame.reset(ONE, 0));
            assertThat(one.response()).endsWith("done");
            one.reset();
            peer.data(ONE, "late", true);
            peer.send(Http2Frame.reset(ONE, INTERNAL_ERROR)).answer(TWO, "unharmed");
            assertThat(two.response()).endsWith("unharmed");
            two.send(get("/three"));
            Await.until("three arrives", () -> !peer.head(THREE).isEmpty());
            peer.answer(THREE, "three");
            assertThat(two.response()).endsWith("three");
          });
    }
  }

  @FaultRow("R8")
  @Test
  void resetInsideAResponse_isATruncationAndHarmsNoOther() throws Exception {
    try (Http2Origin origin = new Http2Origin((peer, frame) -> {});
        RunningGateway gateway = gateway(origin)) {
      pair(
          gateway,
          origin,
          (one, two, peer) -> {
            peer.head(ONE, 200, false).data(ONE, "begun", false);
            one.head();
            peer.send(Http2Frame.reset(ONE, INTERNAL_ERROR));
            assertThat(one.rest()).doesNotContain("0\r\n\r\n");
            peer.answer(TWO, "unharmed");
            assertThat(two.response()).endsWith("unharmed");
          });
      assertThat(gateway.failures("receive", "truncated")).isEqualTo(1);
    }
  }

  @FaultRow("R8")
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void connectionLost_isNeverACleanEnd(boolean begun) throws Exception {
    try (Http2Origin origin =
            new Http2Origin(
                (peer, frame) -> {
                  if (ends(frame)) {
                    if (begun) {
                      peer.head(frame.stream(), 200, false).data(frame.stream(), "begun", false);
                    }
                    peer.close();
                  }
                });
        RunningGateway gateway = gateway(origin);
        RawClient client = gateway.connect()) {
      client.send(post("/", "x"));
      if (begun) {
        assertThat(client.rest()).startsWith("HTTP/1.1 200 ").doesNotContain("0\r\n\r\n");
      } else {
        assertThat(client.response()).startsWith("HTTP/1.1 502 ");
      }
      assertThat(gateway.failures("receive", begun ? "truncated" : "reset")).isEqualTo(1);
    }
  }

  @Test
  void responseBeforeTheRequestIsWhole_endsTheUploadOnly() throws Exception {
    try (Http2Origin origin =
            new Http2Origin(
                (peer, frame) -> {
                  if (frame.type() == Http2Frame.HEADERS) {
                    if (peer.path(frame.stream()).equals("/early")) {
                      peer.head(frame.stream(), 403, true);
                    } else {
                      echoPath(peer, frame);
                    }
                  }
                });
        RunningGateway gateway = gateway(origin);
        RawClient client = gateway.connect()) {
      client.send("POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nbegun");
      assertThat(client.response()).startsWith("HTTP/1.1 403 ");
      Http2Origin.Peer peer = origin.peers().get(0);
      Await.until("reset", () -> !peer.frames(Http2Frame.RST_STREAM, ONE).isEmpty());
      assertThat(peer.closed()).isFalse();
    }
  }

  // What breaks the protocol.

  /** An answer on stream 1 that is wrong. */
  record Wrong(String name, Answer answer) {
    interface Answer {
      void send(Http2Origin.Peer peer) throws Exception;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Wrong wrong(String name, String... fields) {
    return new Wrong(name, peer -> peer.headers(ONE, true, fields));
  }

  /** One that fills no queue: each frame is answered at once where it asks for an answer. */
  private static Wrong flood(String name, Http2Frame frame) {
    return new Wrong(
        "flood of " + name,
        peer -> {
          for (int i = 0; i < 1500; i++) {
            peer.send(frame);
          }
        });
  }

  static Stream<Wrong> wrongs() {
    return Stream.of(
        wrong("no status", "a", "b"),
        wrong("status of two digits", ":status", "20"),
        wrong("status 600", ":status", "600"),
        wrong("two statuses", ":status", "200", ":status", "200"),
        wrong("a request's pseudo field", ":status", "200", ":path", "/"),
        wrong("pseudo field last", "a", "b", ":status", "200"),
        wrong("upper case", ":status", "200", "A", "b"),
        wrong("CR in a value", ":status", "200", "a", "b\rc"),
        wrong("NUL in a name", ":status", "200", "a\0", "b"),
        wrong("field of a connection", ":status", "200", "connection", "close"),
        wrong("framing of HTTP/1", ":status", "200", "transfer-encoding", "chunked"),
        wrong("two lengths", ":status", "200", "content-length", "1", "content-length", "2"),
        wrong("length without a body", ":status", "200", "content-length", "5"),
        wrong("101", ":status", "101"),
        wrong("1xx that ends the stream", ":status", "103"),
        new Wrong("body without a head", peer -> peer.data(ONE, "x", true)),
        new Wrong(
            "flood of 1xx",
            peer -> {
              for (int i = 0; i < 17; i++) {
                peer.head(ONE, 103, false);
              }
            }),
        new Wrong("too many fields", peer -> peer.head(ONE, 200, true, many(257))),
        new Wrong(
            "a head of 65 KiB",
            peer -> {
              byte[] value = new byte[13 << 10];
              java.util.Arrays.fill(value, (byte) 'v');
              String text = new String(value, java.nio.charset.StandardCharsets.US_ASCII);
              byte[] begin =
                  dev.headwater.gateway.fault.Http2Fields.literal(":status", "200", "a", text);
              byte[] part = dev.headwater.gateway.fault.Http2Fields.literal("b", text);
              peer.send(Http2Frame.headersBegun(ONE, begin, true));
              for (int i = 0; i < 4; i++) {
                peer.send(Http2Frame.continuation(ONE, part, i == 3));
              }
            }),
        new Wrong(
            "flood of CONTINUATION",
            peer -> {
              peer.send(Http2Frame.headersBegun(ONE, new byte[0], true));
              for (int i = 0; i < 100; i++) {
                peer.send(Http2Frame.continuation(ONE, new byte[0], false));
              }
            }),
        flood("PING", Http2Frame.ping(1, false)),
        flood("PING that nobody asked for", Http2Frame.ping(1, true)),
        flood("SETTINGS", Http2Frame.settings()),
        flood("WINDOW_UPDATE", Http2Frame.windowUpdate(0, 1)),
        new Wrong(
            "DATA on no stream", peer -> peer.send(Http2Frame.data(0, new byte[] {1}, false))),
        new Wrong(
            "a frame too large", peer -> peer.send(Http2Frame.data(ONE, new byte[16_385], false))),
        new Wrong(
            "PUSH_PROMISE", peer -> peer.send(new Http2Frame(5, 4, ONE, new byte[] {0, 0, 0, 2}))),
        new Wrong("window overflow", peer -> peer.send(Http2Frame.windowUpdate(ONE, 0x7fffffff))));
  }

  private static String[] many(int count) {
    String[] fields = new String[count * 2];
    for (int i = 0; i < count; i++) {
      fields[2 * i] = "a" + i;
      fields[2 * i + 1] = "b";
    }
    return fields;
  }

  @FaultRow("D12")
  @ParameterizedTest
  @MethodSource("wrongs")
  void wrongAnswer_is502AndTheNextRequestIsUnharmed(Wrong wrong) throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    try (Http2Origin origin =
            new Http2Origin(
                (peer, frame) -> {
                  if (!ends(frame)) {
                    return;
                  }
                  if (done.compareAndSet(false, true)) {
                    wrong.answer().send(peer);
                  } else {
                    echoPath(peer, frame);
                  }
                });
        RunningGateway gateway = gateway(origin);
        RawClient client = gateway.connect()) {
      client.send(post("/bad", "x"));
      String answer;
      do {
        answer = client.response();
      } while (answer.startsWith("HTTP/1.1 1"));
      assertThat(answer).startsWith("HTTP/1.1 502 ");
      assertThat(gateway.failures("receive", "bad_response")).isEqualTo(1);
      client.send(get("/good"));
      assertThat(client.response()).startsWith("HTTP/1.1 200 ").endsWith("/good");
    }
  }

  @Test
  void emptyDataWithoutEnd_closesTheConnection() throws Exception {
    try (Http2Origin origin =
            new Http2Origin(
                (peer, frame) -> {
                  if (ends(frame)) {
                    peer.head(frame.stream(), 200, false);
                    for (int i = 0; i < 100; i++) {
                      peer.data(frame.stream(), "", false);
                    }
                  }
                });
        RunningGateway gateway = gateway(origin);
        RawClient client = gateway.connect()) {
      client.send(get("/"));
      assertThat(client.rest()).startsWith("HTTP/1.1 200 ").doesNotContain("0\r\n\r\n");
      Await.until("closed", () -> origin.peers().get(0).closed());
    }
  }

  @Test
  void endpointThatSpeaksNoHttp2_isNeverSentARequest() throws Exception {
    try (RawUpstream origin =
            new RawUpstream(peer -> peer.send("HTTP/1.1 400 Bad Request\r\n\r\n"));
        RunningGateway gateway = RunningGateway.of(yaml(origin.port(), ""));
        RawClient client = gateway.connect()) {
      client.send(get("/"));
      assertThat(client.response()).startsWith("HTTP/1.1 502 ");
      assertThat(gateway.failures("connect", "no_http2")).isEqualTo(1);
    }
  }

  @Test
  void endpointThatNeverSendsSettings_isAConnectTimeout() throws Exception {
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    try (RawUpstream origin = new RawUpstream(peer -> closed.complete(peer.closedByGateway()));
        RunningGateway gateway =
            RunningGateway.of(yaml(origin.port(), ", pool: {connectTimeout: 200ms}"));
        RawClient client = gateway.connect()) {
      client.send(get("/"));
      assertThat(client.response()).startsWith("HTTP/1.1 504 ");
      assertThat(gateway.failures("connect", "connect_timeout")).isEqualTo(1);
      assertThat(closed.get(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  // Pools.

  @Test
  void endpointOfOneStream_servesOneAfterTheOtherOnOneConnection() throws Exception {
    try (Http2Origin origin =
            new Http2Origin(ITUpstreamHttp2::echoPath, MAX_CONCURRENT_STREAMS, 1);
        RunningGateway gateway =
            RunningGateway.of(yaml(origin.port(), ", pool: {connections: 1}"));
        RawClient one = gateway.connect();
        RawClient two = sameLoop(gateway, one)) {
      for (int i = 0; i < 20; i++) {
        one.send(get("/one" + i));
        two.send(get("/two" + i));
        assertThat(one.response()).endsWith("/one" + i);
        assertThat(two.response()).endsWith("/two" + i);
      }
      assertThat(origin.peers()).hasSize(1);
    }
  }

  @Test
  void unusedConnection_growsOldAndSaysGoodbye() throws Exception {
    try (Http2Origin origin = new Http2Origin(ITUpstreamHttp2::echoPath);
        RunningGateway gateway = RunningGateway.of(yaml(origin.port(), ", pool: {idle: 1s}"));
        RawClient client = gateway.connect()) {
      client.send(get("/"));
      assertThat(client.response()).startsWith("HTTP/1.1 200 ");
      Http2Origin.Peer peer = origin.peers().get(0);
      Await.until("closed", Duration.ofSeconds(10), peer::closed);
      assertThat(peer.frames()).anyMatch(f -> f.type() == Http2Frame.GOAWAY && f.value() == 0);
    }
  }

  @Test
  void uploadWithoutWindow_holdsTheClientBack() throws Exception {
    try (Http2Origin origin = new Http2Origin((peer, frame) -> {}).withoutGranting();
        RunningGateway gateway = gateway(origin);
        RawClient client = gateway.connect()) {
      long all = 64L << 20;
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + all + "\r\n\r\n");
      long[] sent = {0};
      Thread sending =
          new Thread(
              () -> {
                try {
                  byte[] piece = new byte[16 << 10];
                  while (sent[0] < all) {
                    client.send(piece);
                    sent[0] += piece.length;
                  }
                } catch (Exception closed) {
                  // At the end of the test.
                }
              });
      sending.start();
      Await.until("a window's worth arrives", () -> !origin.peers().isEmpty());
      Http2Origin.Peer peer = origin.peers().get(0);
      Await.until("it", () -> peer.body(ONE).length == 65_535);
      long[] last = {-1, 0};
      Await.until(
          "the client is held back",
          () -> {
            if (sent[0] != last[0]) {
              last[0] = sent[0];
              last[1] = System.nanoTime();
            }
            return System.nanoTime() - last[1] > TimeUnit.MILLISECONDS.toNanos(500);
          });
      assertThat(sent[0]).isLessThan(all / 2);
      assertThat(peer.body(ONE)).hasSize(65_535);
    }
  }

  @Test
  void responseThatNobodyReads_isHeldBackByItsWindowAlone() throws Exception {
    try (Http2Origin origin = new Http2Origin((peer, frame) -> {});
        RunningGateway gateway = gateway(origin)) {
      pair(
          gateway,
          origin,
          (one, two, peer) -> {
            peer.head(ONE, 200, false);
            byte[] piece = new byte[16 << 10];
            int sent = 0;
            int allowed = 256 << 10;
            while (sent + piece.length <= allowed) {
              peer.send(Http2Frame.data(ONE, piece, false));
              sent += piece.length;
              if (sent + piece.length > allowed) {
                int before = allowed;
                Await.until(
                    "window or silence",
                    Duration.ofSeconds(20),
                    () -> granted(peer, ONE) > before || silent(peer));
                allowed = granted(peer, ONE);
              }
            }
            // The client's socket buffers, ours, and one window.
            assertThat(sent).isLessThan(40 << 20);
            peer.answer(TWO, "unharmed");
            assertThat(two.response()).endsWith("unharmed");
          });
    }
  }

  private static long quietSince;
  private static int quietAt;

  private static boolean silent(Http2Origin.Peer peer) {
    if (peer.frames().size() != quietAt) {
      quietAt = peer.frames().size();
      quietSince = System.nanoTime();
    }
    return System.nanoTime() - quietSince > TimeUnit.MILLISECONDS.toNanos(700);
  }

  private static int granted(Http2Origin.Peer peer, int stream) {
    return (256 << 10)
        + peer.frames(Http2Frame.WINDOW_UPDATE, stream).stream().mapToInt(Http2Frame::value).sum();
  }
}
