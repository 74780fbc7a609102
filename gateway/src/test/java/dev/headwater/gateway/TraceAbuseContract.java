package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.headwater.gateway.ProxyUnderTest.Situation;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;
import zipkin2.Span;
import zipkin2.Span.Kind;

/**
 * What strangers do with trace headers, and what must come of it: rows T1 to T11 of the fault
 * matrix, one scenario each, over raw sockets. Inherited by the product, which passes, and run by
 * hand against a naive proxy, which fails each of them.
 */
@Timeout(120)
abstract class TraceAbuseContract extends FaultContract {
  private static final String TRACE = "463ac35c9f6413ad48485a3953bb6124";
  private static final String SPAN = "a2fb4a1d1a96d312";
  private static final String PARENT = "0020000000000001";
  private static final String SINGLE = "b3: " + TRACE + "-" + SPAN + "-1-" + PARENT + "\r\n";
  private static final String MULTI =
      "X-B3-TraceId: " + TRACE + "\r\nX-B3-SpanId: " + SPAN + "\r\nX-B3-Sampled: 1\r\n";
  private static final String TRACEPARENT = "traceparent: 00-" + TRACE + "-" + SPAN + "-01\r\n";

  /** Longest value of a tag, characters. */
  private static final int TAG = 256;

  private RawUpstream upstream;

  private ProxyUnderTest start(Situation situation) throws Exception {
    stop();
    upstream = RawUpstream.answering(RawUpstream.OK);
    return start(situation, upstream.port());
  }

  @AfterEach
  void stop() {
    if (upstream != null) {
      upstream.close();
    }
  }

  private static RawClient connect(ProxyUnderTest proxy) throws Exception {
    return new RawClient(new Socket(InetAddress.getLoopbackAddress(), proxy.port()));
  }

  private static String get(String path, String fields) {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
  }

  /** Sends a request with these fields, and returns what the upstream got. */
  private SeenHead seen(ProxyUnderTest proxy, String fields) throws Exception {
    try (RawClient client = connect(proxy)) {
      client.send(get("/votes/1", fields));
      assertThat(client.response()).startsWith("HTTP/1.1 200 ");
    }
    return new SeenHead(upstream.request());
  }

  private static Span of(Kind kind, List<Span> spans) {
    List<Span> found = spans.stream().filter(span -> span.kind() == kind).toList();
    assertThat(found).as("%s spans of %s", kind, spans).hasSize(1);
    return found.get(0);
  }

  /** No row: whoever fails this fails the others for nothing. */
  @Test
  void ordinaryRequest_isForwardedAndTraced() throws Exception {
    try (ProxyUnderTest proxy = start(Situation.STRANGERS)) {
      SeenHead seen = seen(proxy, "X-Field: kept\r\n");
      assertThat(seen.only("X-Field")).isEqualTo("kept");
      assertThat(seen.sampled()).isTrue();
      List<Span> spans = proxy.spans(2);
      assertThat(spans).allMatch(span -> span.traceId().endsWith(seen.traceId()));
      assertThat(of(Kind.CLIENT, spans).parentId()).isEqualTo(of(Kind.SERVER, spans).id());
    }
  }

  @Test
  @FaultRow("T1")
  void strangersContext_isRestarted_itsIdIsATagAtMost() throws Exception {
    try (ProxyUnderTest proxy = start(Situation.STRANGERS)) {
      for (String context :
          List.of(SINGLE, MULTI, TRACEPARENT + "tracestate: a=" + TRACE + "\r\n")) {
        SeenHead seen = seen(proxy, context);
        assertThat(seen.traceId()).matches("[0-9a-f]{32}");
        assertThat(seen.text()).doesNotContain(TRACE).doesNotContain(SPAN);
        List<Span> spans = proxy.spans(2);
        Span server = of(Kind.SERVER, spans);
        assertThat(server.traceId()).isEqualTo(seen.traceId());
        assertThat(server.parentId()).isNull();
        assertThat(server.tags()).containsEntry("client.trace_id", TRACE);
        server.tags().remove("client.trace_id");
        assertThat(spans.get(1).toString()).doesNotContain(TRACE).doesNotContain(SPAN);
      }
    }
  }

  @Test
  @FaultRow("T2")
  void strangersDemands_changeNoRate() throws Exception {
    int requests = 2_000;
    double rate = 0.1;
    List<String> demands =
        List.of(
            "b3: " + TRACE + "-" + SPAN + "-d\r\n",
            "b3: d\r\n",
            "b3: 1\r\n",
            MULTI + "X-B3-Flags: 1\r\n",
            "X-B3-Sampled: 1\r\n",
            TRACEPARENT,
            "x-envoy-force-trace: 1\r\nx-client-trace-id: " + TRACE + "\r\n",
            "l5d-sample: 1.0\r\n",
            "headwater-force: 1\r\n");
    try (ProxyUnderTest proxy = start(Situation.STRANGERS.rate(rate));
        RawClient client = connect(proxy)) {
      int kept = 0;
      for (int i = 0; i < requests; i++) {
        client.send(get("/votes/" + i, demands.get(i % demands.size())));
        assertThat(client.response()).startsWith("HTTP/1.1 200 ");
        SeenHead seen = new SeenHead(upstream.request());
        assertThat(seen.all("X-B3-Flags")).isEmpty();
        kept += seen.sampled() ? 1 : 0;
      }
      // Two-sided 99.99 % of the binomial distribution, by the normal one.
      double slack = 3.89 * Math.sqrt(requests * rate * (1 - rate));
      assertThat((double) kept).isBetween(requests * rate - slack, requests * rate + slack);
      List<Span> spans = proxy.spans(2 * kept);
      assertThat(spans).noneMatch(span -> Boolean.TRUE.equals(span.debug()));
      assertThat(spans.stream().map(Span::traceId).distinct()).hasSize(kept);
    }
  }

  @Test
  @FaultRow("T3")
  void malformedIds_areIgnored_evenFromFriends() throws Exception {
    List<String> malformed =
        List.of(
            TRACE.substring(1),
            TRACE.toUpperCase(java.util.Locale.ROOT),
            "0".repeat(32),
            "0".repeat(16),
            TRACE + "1",
            TRACE.replace('4', 'g'),
            TRACE.substring(0, 30) + "%0",
            "",
            "a".repeat((1 << 20) - 512));
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    log.start();
    root.addAppender(log);
    try (ProxyUnderTest proxy = start(Situation.FRIENDS)) {
      log.list.clear();
      for (String id : malformed) {
        List<String> contexts =
            List.of(
                "b3: " + id + "-" + SPAN + "-0\r\n",
                "X-B3-TraceId: " + id + "\r\nX-B3-SpanId: " + SPAN + "\r\n",
                "traceparent: 00-" + id + "-" + SPAN + "-00\r\n");
        for (String context : contexts) {
          SeenHead seen = seen(proxy, context);
          assertThat(seen.traceId()).matches("[0-9a-f]{32}").doesNotMatch("0+").isNotEqualTo(id);
          assertThat(seen.text().length()).isLessThan(2_000);
          Span server = of(Kind.SERVER, proxy.spans(2));
          assertThat(server.traceId()).isEqualTo(seen.traceId());
          assertThat(server.parentId()).isNull();
          assertThat(server.toString().length()).isLessThan(4_000);
        }
      }
      assertThat(log.list).as("lines logged").hasSizeLessThanOrEqualTo(1);
    } finally {
      root.detachAppender(log);
    }
  }

  @Test
  @FaultRow("T4")
  void conflictingContexts_haveOnePrecedence_andOneOutput() throws Exception {
    String other = "1".repeat(32);
    String otherMulti =
        "X-B3-TraceId: " + other + "\r\nX-B3-SpanId: " + PARENT + "\r\nX-B3-Sampled: 0\r\n";
    String otherParent = "traceparent: 00-" + other + "-" + PARENT + "-00\r\n";
    try (ProxyUnderTest proxy = start(Situation.FRIENDS)) {
      // b3 single before multi before trace context, in whatever order they stand.
      for (String winning :
          List.of(
              SINGLE + otherMulti,
              otherMulti + SINGLE,
              SINGLE + otherParent,
              otherParent + MULTI,
              otherParent + SINGLE + otherMulti)) {
        SeenHead seen = seen(proxy, winning);
        assertThat(seen.traceId()).as(winning).isEqualTo(TRACE);
        assertOneContext(seen);
        assertThat(of(Kind.SERVER, proxy.spans(2)).parentId()).isEqualTo(SPAN);
      }
      // Two of the same: nobody can say which is meant.
      for (String twice :
          List.of(SINGLE + SINGLE, SINGLE + "b3: " + other + "-" + SPAN + "-1\r\n")) {
        SeenHead seen = seen(proxy, twice);
        assertThat(seen.traceId()).isNotIn(TRACE, other);
        assertOneContext(seen);
        assertThat(of(Kind.SERVER, proxy.spans(2)).parentId()).isNull();
      }
    }
  }

  private static void assertOneContext(SeenHead seen) {
    assertThat(seen.only("X-B3-SpanId")).matches("[0-9a-f]{16}").isNotIn(SPAN, PARENT);
    assertThat(seen.sampled()).isTrue();
    assertThat(seen.all("b3")).isEmpty();
    assertThat(seen.all("traceparent")).isEmpty();
  }

  @Test
  @FaultRow("T5")
  void strangersBaggage_goesNowhere() throws Exception {
    List<String> baggage =
        List.of(
            "baggage: " + entries(1_000) + "\r\n",
            "baggage: user=" + "secret".repeat(11_000) + "\r\n",
            "baggage: user=%0d%0aX-Injected:%20secret\r\n",
            "baggage: password=secret,authorization=secret,user=secret\r\n",
            "baggage-user: secret\r\nuberctx-user: secret\r\not-baggage-user: secret\r\n");
    try (ProxyUnderTest proxy = start(Situation.STRANGERS)) {
      for (String fields : baggage) {
        SeenHead seen = seen(proxy, fields);
        assertThat(seen.text()).doesNotContain("secret", "k1=", "X-Injected");
        assertThat(seen.all("baggage")).isEmpty();
        assertThat(proxy.spans(2))
            .allSatisfy(span -> assertThat(span.toString()).doesNotContain("secret", "k1="));
      }
    }
  }

  @Test
  @FaultRow("T5")
  void friendsBaggage_isCutToWhatIsAllowed() throws Exception {
    try (ProxyUnderTest proxy = start(Situation.FRIENDS)) {
      SeenHead named = seen(proxy, "baggage: password=secret,user=alice,k1=x\r\n");
      assertThat(named.only("baggage")).isEqualTo("user=alice");
      assertThat(proxy.spans(2))
          .allSatisfy(span -> assertThat(span.toString()).doesNotContain("secret", "k1"));
      // 1,000 entries of an allowed name, and 64 KiB of them: 64 entries and 8 KiB pass at most.
      for (String value : List.of("v", "v".repeat(64))) {
        String many = ("user=" + value + ",").repeat(1_000);
        SeenHead cut = seen(proxy, "baggage: " + many + "user=secret\r\n");
        assertThat(cut.only("baggage").length()).isLessThanOrEqualTo(8 << 10);
        assertThat(cut.only("baggage").split(",")).hasSizeLessThanOrEqualTo(64);
        assertThat(proxy.spans(2))
            .allSatisfy(span -> assertThat(span.toString().length()).isLessThan(4_000));
      }
      // Encoded line ends stay encoded: no field of its own comes of them.
      SeenHead encoded = seen(proxy, "baggage: user=%0d%0aX-Injected:%20yes\r\n");
      assertThat(encoded.all("X-Injected")).isEmpty();
    }
  }

  private static String entries(int count) {
    StringBuilder list = new StringBuilder();
    for (int i = 0; i < count; i++) {
      list.append(i == 0 ? "k" : ",k").append(i).append("=secret");
    }
    return list.toString();
  }

  @Test
  @FaultRow("T6")
  void randomPaths_makeNoNames_andNoLongTags() throws Exception {
    Random random = new Random(6);
    try (ProxyUnderTest proxy = start(Situation.STRANGERS);
        RawClient client = connect(proxy)) {
      Set<String> names = new HashSet<>();
      for (int i = 0; i < 200; i++) {
        String path = "/votes/" + Long.toHexString(random.nextLong());
        String padding = i % 10 == 0 ? "/" + "p".repeat(4_000) : "";
        client.send(
            get(path + padding + "?token=secret" + i, "User-Agent: " + "u".repeat(1_000) + "\r\n"));
        assertThat(client.response()).startsWith("HTTP/1.1 200 ");
        List<Span> spans = proxy.spans(2);
        spans.forEach(span -> names.add(span.kind() + " " + span.name()));
        assertThat(spans)
            .allSatisfy(
                span -> {
                  assertThat(span.tags().get("http.path")).startsWith(path).doesNotContain("?");
                  assertThat(span.tags().values())
                      .allSatisfy(value -> assertThat(value).hasSizeLessThanOrEqualTo(TAG))
                      .noneMatch(value -> value.contains("secret"));
                });
      }
      assertThat(names).as("names of 200 paths").hasSize(2);
    }
  }

  @Test
  @FaultRow("T7")
  void oneTraceId_fromManyClients_growsNothing() throws Exception {
    try (ProxyUnderTest proxy = start(Situation.FRIENDS)) {
      flood(proxy, 4_000); // Pools, compiled code and buffers first.
      long before = heap();
      flood(proxy, 20_000);
      assertThat(heap() - before).as("bytes held after 20,000 requests").isLessThan(2_000_000);
    }
  }

  private void flood(ProxyUnderTest proxy, int requests) throws Exception {
    for (int sent = 0; sent < requests; sent += 1_000) {
      try (RawClient client = connect(proxy)) {
        for (int i = 0; i < 1_000; i++) {
          client.send(get("/votes/1", SINGLE));
          assertThat(client.response()).startsWith("HTTP/1.1 200 ");
        }
      }
      upstream.forget();
      proxy.forgetSpans();
    }
  }

  /** Bytes that are still in use after a collection; the least of three, as others come and go. */
  private static long heap() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }

  @Test
  @FaultRow("T8")
  void friendsContext_isContinuedByAChild() throws Exception {
    try (ProxyUnderTest proxy = start(Situation.FRIENDS.rate(0))) {
      for (String context : List.of(SINGLE, MULTI, TRACEPARENT)) {
        SeenHead seen = seen(proxy, context);
        List<Span> spans = proxy.spans(2);
        Span server = of(Kind.SERVER, spans);
        Span client = of(Kind.CLIENT, spans);
        assertThat(server.traceId()).isEqualTo(TRACE);
        assertThat(server.parentId()).isEqualTo(SPAN);
        assertThat(server.id()).isNotIn(SPAN, PARENT);
        assertThat(server.shared()).isNotEqualTo(Boolean.TRUE);
        assertThat(client.parentId()).isEqualTo(server.id());
        assertThat(seen.traceId()).isEqualTo(TRACE);
        assertThat(seen.only("X-B3-SpanId")).isEqualTo(client.id());
        assertThat(seen.sampled()).isTrue();
      }
      for (String denied : List.of("b3: 0\r\n", "X-B3-Sampled: 0\r\n")) {
        assertThat(seen(proxy, denied).sampled()).isFalse();
      }
      SeenHead debug = seen(proxy, "b3: " + TRACE + "-" + SPAN + "-d\r\n");
      assertThat(debug.only("X-B3-Flags")).isEqualTo("1");
      assertThat(proxy.spans(2)).allMatch(span -> Boolean.TRUE.equals(span.debug()));
    }
  }

  @Test
  @FaultRow("T9")
  void tenfoldLoad_keepsNoMoreThanTheCap() throws Exception {
    int cap = 20;
    try (ProxyUnderTest proxy = start(Situation.STRANGERS.perSecond(cap));
        RawClient client = connect(proxy)) {
      long began = System.nanoTime();
      int sent = 0;
      int kept = 0;
      // Ten times the cap at least, however slow the machine is.
      while (System.nanoTime() - began < 3_000_000_000L || sent < 10 * cap * 3) {
        client.send(get("/votes/1", ""));
        assertThat(client.response()).startsWith("HTTP/1.1 200 ");
        kept += new SeenHead(upstream.request()).sampled() ? 1 : 0;
        sent++;
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      assertThat(sent / seconds).as("load per second").isGreaterThan(10 * cap);
      // A bucket of one second that begins full, the second that was begun, and a route's first.
      assertThat((double) kept).isBetween(cap * (seconds - 1) / 2, cap * (seconds + 2) + 1);
      assertThat(proxy.spans(2 * kept).stream().map(Span::traceId).distinct()).hasSize(kept);
    }
  }

  @Test
  @FaultRow("T10")
  void clockStep_duringARequest_bendsNoSpan() throws Exception {
    stop();
    CountDownLatch stepped = new CountDownLatch(1);
    upstream =
        new RawUpstream(
            peer -> {
              while (peer.request() != null) {
                stepped.await();
                peer.send(RawUpstream.OK);
              }
            });
    try (ProxyUnderTest proxy = start(Situation.STRANGERS, upstream.port());
        RawClient client = connect(proxy)) {
      long yesterday = (System.currentTimeMillis() - 1_800_000) * 1000;
      client.send(get("/votes/1", ""));
      upstream.request();
      proxy.stepClock(Duration.ofHours(-1));
      stepped.countDown();
      assertThat(client.response()).startsWith("HTTP/1.1 200 ");
      // Until a request is dated by the stepped clock: each is whole, before and behind the step.
      Await.until(
          "spans follow the clock", () -> assertWhole(proxy.spans(2)) < yesterday || again(client));
    }
  }

  private static boolean again(RawClient client) throws Exception {
    client.send(get("/votes/1", ""));
    assertThat(client.response()).startsWith("HTTP/1.1 200 ");
    return false;
  }

  /** Tells when it began, microseconds since 1970. */
  private static long assertWhole(List<Span> spans) {
    Span server = of(Kind.SERVER, spans);
    Span client = of(Kind.CLIENT, spans);
    long end = server.timestampAsLong() + server.durationAsLong();
    // A minute: whatever the machine does, it is not the hour of the step.
    assertThat(server.durationAsLong()).isPositive().isLessThan(60_000_000L);
    assertThat(client.durationAsLong()).isPositive();
    assertThat(client.timestampAsLong()).isBetween(server.timestampAsLong(), end);
    assertThat(client.timestampAsLong() + client.durationAsLong()).isLessThanOrEqualTo(end);
    assertThat(client.annotations())
        .allSatisfy(each -> assertThat(each.timestamp()).isBetween(server.timestampAsLong(), end));
    return server.timestampAsLong();
  }

  @Test
  @FaultRow("T11")
  void refusedRequest_isCounted_andLeavesNoOrphan() throws Exception {
    List<String> unreadable =
        List.of(
            get("/votes/1", SINGLE + "Bad Name: x\r\n"),
            get("/votes/\u0001", SINGLE),
            get("/votes/1", SINGLE + "Content-Length: 1\r\nContent-Length: 2\r\n"),
            get("/votes/1", SINGLE + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"),
            "GET /votes/1\r\nHost: a\r\n" + SINGLE + "\r\n");
    try (ProxyUnderTest proxy = start(Situation.FRIENDS)) {
      for (String request : unreadable) {
        long before = proxy.refused();
        try (RawClient client = connect(proxy)) {
          client.send(request);
          assertThat(client.rest()).startsWith("HTTP/1.1 400 ");
        }
        assertThat(proxy.refused()).as("refused, with %s", request).isEqualTo(before + 1);
      }
      assertThat(upstream.waiting()).as("requests that reached the upstream").isZero();
      assertNoOrphans(proxy, seen(proxy, "").traceId(), unreadable.size());
    }
  }

  /** Up to an ordinary request's spans there are SERVER spans only, one of each refused request. */
  private static void assertNoOrphans(ProxyUnderTest proxy, String ordinary, int refused)
      throws Exception {
    int alone = 0;
    for (int ours = 0; ours < 2; ) {
      Span next = proxy.spans(1).get(0);
      if (next.traceId().equals(ordinary)) {
        ours++;
        continue;
      }
      alone++;
      assertThat(next.kind()).as("%s", next).isEqualTo(Kind.SERVER);
      assertThat(next.tags()).containsEntry("http.status_code", "400");
      // Nothing between it and the caller that it names.
      assertThat(next.parentId()).isIn(null, SPAN);
    }
    assertThat(alone).isLessThanOrEqualTo(refused);
  }
}
