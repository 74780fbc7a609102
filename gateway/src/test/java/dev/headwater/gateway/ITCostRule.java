package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.Crowd.Manner;
import dev.headwater.gateway.fault.Http2Fields;
import dev.headwater.gateway.fault.Http2Frame;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an attack costs (FAULTS.md C12): at most 64 KiB of memory per connection and a hundred times
 * the bytes that were sent, and at most a hundred times the processor time of who sent them.
 */
class ITCostRule {
  private static final int CLIENTS = 100;
  private static final int CANCEL = 8;
  private static final int INITIAL_WINDOW_SIZE = 4;
  private static final long PER_CONNECTION = 64 << 10;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private static RawUpstream upstream;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    byte[] piece = new byte[4 << 10];
    upstream =
        new RawUpstream(
            peer -> {
              peer.socket().setSendBufferSize(32 << 10);
              for (String head = peer.request(); head != null; head = peer.request()) {
                if (head.startsWith("PUT")) {
                  peer.closedByGateway();
                  return;
                }
                if (head.startsWith("GET /large")) {
                  peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n");
                  for (int i = 0; i < 10_000_000 / piece.length; i++) {
                    peer.socket().getOutputStream().write(piece);
                  }
                  return;
                }
                peer.send(RawUpstream.OK);
              }
            });
    gateway = RunningGateway.of(Configurations.to(upstream.port()));
    for (int i = 0; i < 200; i++) {
      try (RawClient client = gateway.connect()) {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").response();
      }
    }
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    upstream.close();
  }

  static Stream<Arguments> attacks() {
    return Stream.concat(http1(), http2());
  }

  private static Stream<Arguments> http1() {
    String get = "GET / HTTP/1.1\r\nHost: a\r\n";
    String put = "PUT / HTTP/1.1\r\nHost: a\r\n";
    String chunks = put + "Transfer-Encoding: chunked\r\n\r\n";
    String trickle = "x".repeat(10_000);
    return Stream.of(
        Arguments.of("nothing at all", new Manner("", "", 50, true)),
        Arguments.of("a head that trickles", new Manner(get, "A".repeat(10_000), 50, true)),
        Arguments.of(
            "a head just below its limit",
            new Manner(get + "A: " + "b".repeat(32_000), "", 50, true)),
        Arguments.of(
            "a head of nothing but fields", new Manner(get + "A:b\r\n".repeat(98), "", 50, true)),
        Arguments.of(
            "a head without end", new Manner(get + "A: " + "b".repeat(60_000), "", 50, true)),
        Arguments.of(
            "a body that trickles",
            new Manner(put + "Content-Length: 1000000\r\n\r\n", trickle, 50, true)),
        Arguments.of(
            "chunks of one byte", new Manner(chunks + "1\r\na\r\n".repeat(2000), "", 50, true)),
        Arguments.of(
            "chunk extensions",
            new Manner(chunks + ("1;" + "e".repeat(200) + "\r\na\r\n").repeat(15), "", 50, true)),
        Arguments.of(
            "expectations",
            new Manner(put + "Expect: 100-continue\r\nContent-Length: 9\r\n\r\n", "", 50, true)),
        Arguments.of("pipelined, unread", new Manner((get + "\r\n").repeat(500), "", 50, false)),
        Arguments.of(
            "a large answer, unread",
            new Manner("GET /large HTTP/1.1\r\nHost: a\r\n\r\n", "", 50, false)),
        Arguments.of("garbage", new Manner("\0\1\2\3".repeat(1000), "\0".repeat(1000), 50, true)),
        Arguments.of(
            "refusals by the hundred",
            new Manner(
                (get + "A: b\r\n\r\n").replace("GET /", "GET /%00").repeat(100), "", 50, true)));
  }

  private static Stream<Arguments> http2() {
    byte[] get = Http2Fields.literal(Http2Fields.request("GET", "/"));
    byte[] put = Http2Fields.literal(Http2Fields.request("PUT", "/"));
    byte[] large = Http2Fields.literal(Http2Fields.request("GET", "/large"));
    Http2Frame settings = Http2Frame.settings();
    return Stream.of(
        Arguments.of("h2: nothing but SETTINGS", manner("", settings)),
        Arguments.of(
            "h2: a block that trickles",
            manner("x".repeat(10_000), settings, Http2Frame.headersBegun(1, get, true))),
        Arguments.of(
            "h2: continuations without end",
            manner(
                "",
                Stream.concat(
                        Stream.of(settings, Http2Frame.headersBegun(1, get, true)),
                        Stream.generate(() -> Http2Frame.continuation(1, new byte[1], false))
                            .limit(500))
                    .toArray(Http2Frame[]::new))),
        Arguments.of(
            "h2: streams that stay open",
            manner(
                "", each(settings, 20, stream -> List.of(Http2Frame.headers(stream, put, false))))),
        Arguments.of(
            "h2: rapid reset",
            manner(
                "",
                each(
                    settings,
                    500,
                    stream ->
                        List.of(
                            Http2Frame.headers(stream, get, true),
                            Http2Frame.reset(stream, CANCEL))))),
        Arguments.of(
            "h2: a large answer, no window",
            manner(
                "",
                Http2Frame.settings(INITIAL_WINDOW_SIZE, 0),
                Http2Frame.headers(1, large, true))),
        Arguments.of(
            "h2: a body of single bytes",
            manner(
                "",
                Stream.concat(
                        Stream.of(settings, Http2Frame.headers(1, put, false)),
                        Stream.generate(() -> Http2Frame.data(1, new byte[1], false)).limit(1000))
                    .toArray(Http2Frame[]::new))),
        Arguments.of(
            "h2: pings",
            manner(
                "",
                Stream.concat(
                        Stream.of(settings),
                        Stream.generate(() -> Http2Frame.ping(1, false)).limit(500))
                    .toArray(Http2Frame[]::new))));
  }

  /** For each of that many streams what {@code frames} says, behind SETTINGS. */
  private static Http2Frame[] each(
      Http2Frame settings, int streams, IntFunction<List<Http2Frame>> frames) {
    return Stream.concat(
            Stream.of(settings),
            IntStream.range(0, streams).boxed().flatMap(i -> frames.apply(2 * i + 1).stream()))
        .toArray(Http2Frame[]::new);
  }

  private static Manner manner(String tail, Http2Frame... frames) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(Http2Frame.PREFACE);
    for (Http2Frame frame : frames) {
      all.writeBytes(frame.bytes());
    }
    return new Manner(all.toString(StandardCharsets.ISO_8859_1), tail, 50, true);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("attacks")
  @FaultRow("C12")
  void attack_costsNoMoreThanItsAllowance(String name, Manner manner) throws Exception {
    long allowed = CLIENTS * PER_CONNECTION + 100 * sent(manner);
    // Whoever needs a new chunk of the allocator, some MiB of them, is counted for the whole of it:
    // the second time it is there.
    if (held(name, manner, allowed) >= allowed) {
      assertThat(held(name, manner, allowed)).isLessThan(allowed);
    }
  }

  private static long sent(Manner manner) {
    return (long) manner.start().length() * CLIENTS;
  }

  /** What the attack makes the gateway hold, in bytes; what it makes it compute is judged here. */
  private long held(String name, Manner manner, long allowed) throws Exception {
    long held;
    gateway.forgetSpans();
    Footprint before = Footprint.now();
    long ours = cpu("vert.x-");
    long theirs = THREADS.getCurrentThreadCpuTime();
    try (Crowd crowd = new Crowd(gateway.port(), CLIENTS, manner)) {
      long from = System.nanoTime();
      // Time to act, and to be seen to act: as long as an attack is quiet again at its end.
      long[] last = {cpu("vert.x-"), from};
      Await.until(
          "it has had its effect",
          java.time.Duration.ofSeconds(30),
          () -> {
            long now = cpu("vert.x-");
            if (now - last[0] > 20_000_000L && System.nanoTime() - from < 5_000_000_000L) {
              last[0] = now;
              last[1] = System.nanoTime();
            }
            return System.nanoTime() - last[1] > 500_000_000L;
          });
      long spent = cpu("vert.x-") - ours;
      long spentByThem = THREADS.getCurrentThreadCpuTime() - theirs + cpu("crowd");
      gateway.forgetSpans(); // Those that came are held by this test, and not by the gateway.
      Footprint during = Footprint.now();
      System.out.printf(
          "C12 %s: %,d bytes sent, %,d held of %,d allowed; %d us of CPU to their %d us%n",
          name, sent(manner), during.beyond(before), allowed, spent / 1000, spentByThem / 1000);
      assertThat(spent).isLessThan(100 * spentByThem);
      held = during.beyond(before);
    }
    Await.until("all are gone", () -> gateway.gateway().connections() == 0);
    return held;
  }

  /** Nanoseconds that live threads of that name have run. */
  private static long cpu(String name) {
    long sum = 0;
    for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().startsWith(name)) {
        sum += Math.max(0, THREADS.getThreadCpuTime(thread.getThreadId()));
      }
    }
    return sum;
  }
}
