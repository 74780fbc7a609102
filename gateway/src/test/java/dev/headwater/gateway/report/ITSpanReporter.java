package dev.headwater.gateway.report;

import static org.assertj.core.api.Assertions.assertThat;

import brave.handler.SpanHandler;
import dev.headwater.gateway.FaultRow;
import dev.headwater.gateway.report.CollectorStub.Posted;
import dev.headwater.routes.SinkFormat;
import dev.headwater.routes.SinkFormat.Encoding;
import dev.headwater.routes.SinkPolicy;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import zipkin2.Span;

/** The reporter against collectors on real sockets, well-behaved and not. */
@Timeout(60)
class ITSpanReporter {
  /** Longer than any pause of a busy machine: a timeout means a second delivery. */
  private static final Duration PATIENT = Duration.ofSeconds(20);

  private static final Duration IMPATIENT = Duration.ofMillis(300);

  private final Vertx vertx = Vertx.vertx();
  private final List<AutoCloseable> closeables = new ArrayList<>();
  private SpanReporter reporter;

  @AfterEach
  void close() throws Exception {
    if (reporter != null) {
      reporter.close();
    }
    for (AutoCloseable c : closeables) {
      c.close();
    }
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void proto3_arrivesAsItWas() throws Exception {
    CollectorStub collector = collector(p -> CollectorStub.ACCEPTED);
    start(collector.url(), Encoding.PROTO3, false);
    report(1, 3);
    Posted posted = collector.next();
    assertThat(posted.requestLine()).isEqualTo("POST /api/v2/spans HTTP/1.1");
    assertThat(posted.headers())
        .containsEntry("b3", "0")
        .containsEntry("content-type", "application/x-protobuf")
        .doesNotContainKeys("content-encoding", "x-b3-traceid", "traceparent");
    Span span = posted.spans().get(0);
    assertThat(span.traceId()).isEqualTo("463ac35c9f6413ad0000000000000001");
    assertThat(span.kind()).isEqualTo(Span.Kind.SERVER);
    assertThat(span.durationAsLong()).isEqualTo(1_000);
    assertThat(span.localServiceName()).isEqualTo("headwater");
    assertThat(span.tags()).containsEntry("http.path", "/api");
    awaitReported(3);
  }

  @Test
  void json_withGzip_arrivesAsItWas() throws Exception {
    CollectorStub collector = collector(p -> CollectorStub.ACCEPTED);
    start(collector.url() + "/custom/path", Encoding.JSON, true);
    report(1, 200);
    Posted posted = collector.next();
    assertThat(posted.requestLine()).isEqualTo("POST /custom/path HTTP/1.1");
    assertThat(posted.headers())
        .containsEntry("content-encoding", "gzip")
        .containsEntry("content-type", "application/json");
    assertThat(posted.spans()).hasSize(200);
    assertThat(posted.body().length).isLessThan(200 * 40);
  }

  @Test
  void manySpans_areSplitIntoMessagesWithinTheLimit() throws Exception {
    List<Integer> sizes = new CopyOnWriteArrayList<>();
    CollectorStub collector =
        collector(
            p -> {
              sizes.add(p.body().length);
              return CollectorStub.ACCEPTED;
            });
    start(collector.url());
    report(1, 10_000);
    assertThat(ids(collector.accepted(10_000))).hasSize(10_000);
    assertThat(sizes).hasSizeGreaterThanOrEqualTo(3).allMatch(size -> size <= 500_000);
    awaitReported(10_000);
    assertThat(sink().dropped()).isZero();
  }

  @Test
  void collectorDownAtStart_thenUp_receivesWhatWasQueued() throws Exception {
    int port = freePort();
    start("http://127.0.0.1:" + port);
    report(1, 50);
    await(() -> sink().fault() != null);
    CollectorStub collector = new CollectorStub(port, p -> CollectorStub.ACCEPTED);
    closeables.add(collector);
    long up = System.nanoTime();
    assertThat(ids(collector.accepted(50))).hasSize(50);
    assertThat(System.nanoTime() - up).isLessThan(TimeUnit.SECONDS.toNanos(5));
    awaitReported(50);
    assertThat(sink().dropped()).isZero();
    assertThat(sink().fault()).isNull();
  }

  @Test
  void collectorThatHangs_costsNoSpan_whenItRecovers() throws Exception {
    CollectorStub collector = collector(p -> null);
    startImpatient(collector.url());
    report(1, 20);
    await(() -> String.valueOf(sink().fault()).contains("no answer within 300 ms"));
    assertThat(sink().queuedSpans()).isEqualTo(20);
    assertThat(sink().oldestAgeSeconds()).isPositive();
    long healed = System.nanoTime();
    collector.script(p -> CollectorStub.ACCEPTED);
    assertThat(ids(collector.accepted(20))).hasSize(20);
    assertThat(System.nanoTime() - healed).isLessThan(TimeUnit.SECONDS.toNanos(5));
    awaitReported(20);
  }

  @Test
  void status500And503_areTriedAgain() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    CollectorStub collector =
        collector(
            p ->
                switch (calls.incrementAndGet()) {
                  case 1 -> CollectorStub.status(500);
                  case 2 -> CollectorStub.status(503, "retry-after: 0");
                  default -> CollectorStub.ACCEPTED;
                });
    start(collector.url());
    report(1, 5);
    assertThat(collector.accepted(5)).hasSize(5);
    awaitReported(5);
    assertThat(calls.get()).isEqualTo(3);
  }

  @Test
  void status429_isObeyed() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    List<Long> at = new CopyOnWriteArrayList<>();
    CollectorStub collector =
        collector(
            p -> {
              at.add(System.nanoTime());
              return calls.incrementAndGet() == 1
                  ? CollectorStub.status(429, "retry-after: 1")
                  : CollectorStub.ACCEPTED;
            });
    start(collector.url());
    report(1, 5);
    assertThat(collector.accepted(5)).hasSize(5);
    assertThat(at.get(1) - at.get(0)).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(990));
  }

  @Test
  void status413_halves_untilItFits() throws Exception {
    CollectorStub collector =
        collector(p -> p.spans().size() > 25 ? CollectorStub.status(413) : CollectorStub.ACCEPTED);
    start(collector.url());
    report(1, 100);
    assertThat(ids(collector.accepted(100))).hasSize(100);
    awaitReported(100);
    assertThat(sink().dropped()).isZero();
  }

  @Test
  void status400_dropsAndCounts_andTheNextBatchIsSent() throws Exception {
    CollectorStub collector = collector(p -> CollectorStub.status(400));
    start(collector.url());
    report(1, 7);
    await(() -> sink().outcomes().get(Outcome.DROPPED_REJECTED) == 7);
    assertThat(sink().fault()).isEqualTo("status 400: busy");
    collector.script(p -> CollectorStub.ACCEPTED);
    report(8, 2);
    assertThat(collector.accepted(2)).hasSize(2);
  }

  @Test
  void resetInTheBodyAndAfterIt_areTriedAgain() throws Exception {
    CollectorStub collector = collector(p -> CollectorStub.RESET);
    collector.resetInBody(true);
    start(collector.url());
    report(1, 3_000);
    await(() -> sink().fault() != null);
    collector.resetInBody(false);
    await(() -> sink().queuedSpans() > 0 && sink().fault() != null);
    collector.script(p -> CollectorStub.ACCEPTED);
    assertThat(ids(collector.accepted(3_000))).hasSize(3_000);
    awaitReported(3_000);
  }

  @Test
  void collectorThatNeitherAcceptsNorRefuses_timesOut() throws Exception {
    ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    closeables.add(deaf);
    for (int i = 0; i < 2; i++) { // Fills the backlog: the kernel drops further SYNs.
      Socket filler = new Socket(InetAddress.getLoopbackAddress(), deaf.getLocalPort());
      closeables.add(filler);
    }
    startImpatient("http://127.0.0.1:" + deaf.getLocalPort());
    report(1, 3);
    await(() -> sink().fault() != null);
    assertThat(sink().queuedSpans()).isEqualTo(3);
  }

  @Test
  @FaultRow("Z13")
  void spanLargerThanAMessage_isDroppedAlone() throws Exception {
    CollectorStub collector = collector(p -> CollectorStub.ACCEPTED);
    start(collector.url());
    handler().end(null, Spans.span(1), SpanHandler.Cause.FINISHED);
    handler().end(null, Spans.large(2, 600_000), SpanHandler.Cause.FINISHED);
    handler().end(null, Spans.span(3), SpanHandler.Cause.FINISHED);
    assertThat(ids(collector.accepted(2)))
        .containsExactlyInAnyOrder("0000000000000001", "0000000000000003");
    assertThat(sink().outcomes()).containsEntry(Outcome.DROPPED_TOO_LARGE, 1L);
  }

  @Test
  @FaultRow("Z4")
  void collectorDown_boundsHold_andEverySpanIsCounted() throws Exception {
    CollectorStub collector = collector(p -> null);
    startImpatient(collector.url());
    report(1, 1);
    await(() -> sink().fault() != null); // The thread is busy: nothing leaves the queue.
    report(2, 40_000);
    SinkView full = sink();
    assertThat(full.queuedSpans()).isLessThanOrEqualTo(SpanReporter.MAX_QUEUED_SPANS + 1);
    assertThat(full.queuedBytes()).isLessThanOrEqualTo(SpanReporter.MAX_QUEUED_BYTES);
    assertThat(full.queuedSpans() + full.dropped()).isEqualTo(40_001);
    assertThat(full.outcomes().get(Outcome.DROPPED_QUEUE_SPANS)).isPositive();
    collector.script(p -> CollectorStub.ACCEPTED);
    List<Span> received = collector.accepted((int) full.queuedSpans());
    assertThat(ids(received)).contains("0000000000000001", "0000000000000002");
    await(() -> sink().reported() + sink().dropped() == 40_001);
  }

  @Test
  void largeSpans_areBoundedByBytes() throws Exception {
    CollectorStub collector = collector(p -> null);
    startImpatient(collector.url());
    report(1, 1);
    await(() -> sink().fault() != null);
    for (int i = 0; i < 1_000; i++) {
      handler().end(null, Spans.large(i + 2, 100_000), SpanHandler.Cause.FINISHED);
    }
    SinkView full = sink();
    assertThat(full.queuedBytes()).isLessThanOrEqualTo(SpanReporter.MAX_QUEUED_BYTES);
    assertThat(full.outcomes().get(Outcome.DROPPED_QUEUE_BYTES)).isGreaterThan(800);
  }

  @Test
  void flush_deliversBeforeTheSecondIsOver() throws Exception {
    CollectorStub collector = collector(p -> CollectorStub.ACCEPTED);
    start(collector.url());
    long quickest = Long.MAX_VALUE;
    // A busy machine may be late once; a flush that waits for the second is so in each round.
    for (int round = 0; round < 5; round++) {
      report(1 + 500 * round, 500);
      long start = System.nanoTime();
      reporter.flush(Duration.ofSeconds(5)).toCompletableFuture().get(6, TimeUnit.SECONDS);
      quickest = Math.min(quickest, System.nanoTime() - start);
      assertThat(sink().reported()).isEqualTo(500 * (round + 1));
    }
    assertThat(quickest).isLessThan(TimeUnit.MILLISECONDS.toNanos(900));
  }

  @Test
  void flushAskedByTheEndOfAnother_deliversTooBeforeItEnds() throws Exception {
    CollectorStub collector = collector(p -> CollectorStub.ACCEPTED);
    start(collector.url());
    report(1, 500);
    reporter
        .flush(Duration.ofSeconds(5))
        .thenCompose(
            ended -> {
              report(501, 500);
              return reporter.flush(Duration.ofSeconds(5));
            })
        .toCompletableFuture()
        .get(12, TimeUnit.SECONDS);
    assertThat(sink().reported()).isEqualTo(1_000);
  }

  @Test
  @FaultRow("Z14")
  void flush_endsInTime_whenTheCollectorHangs_andCloseCountsTheRest() throws Exception {
    CollectorStub collector = collector(p -> null);
    startImpatient(collector.url());
    report(1, 5_000);
    long start = System.nanoTime();
    reporter.flush(Duration.ofMillis(700)).toCompletableFuture().get(5, TimeUnit.SECONDS);
    reporter.close();
    assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(3));
    report(5_001, 10);
    assertThat(sink().reported()).isZero();
    assertThat(sink().dropped()).isEqualTo(5_010);
    assertThat(sink().queuedSpans()).isZero();
  }

  @Test
  @FaultRow("Z12")
  void batch_isGivenUpAfterAMinute_andItsSpansAreCounted() throws Exception {
    SinkPolicy policy = policy("http://127.0.0.1:" + freePort(), Encoding.PROTO3, false);
    Sink sink = SpanReporter.collector(vertx, policy, PATIENT, new FastTime());
    reporter = SpanReporter.of(List.of(sink));
    report(1, 9);
    await(() -> sink().outcomes().get(Outcome.DROPPED_UNAVAILABLE) == 9);
    assertThat(sink().queuedSpans()).isZero();
  }

  @Test
  void store_receivesTheSameSpans_whileTheCollectorIsDown() throws Exception {
    List<Span> stored = new CopyOnWriteArrayList<>();
    SinkPolicy policy = policy("http://127.0.0.1:" + freePort(), Encoding.PROTO3, false);
    reporter =
        SpanReporter.of(
            List.of(
                SpanReporter.collector(vertx, policy, PATIENT, new SystemTime()),
                SpanReporter.store(stored::addAll, new SystemTime())));
    report(1, 30);
    await(() -> stored.size() == 30);
    assertThat(reporter.view().sinks().get(1).reported()).isEqualTo(30);
    assertThat(reporter.view().sinks().get(0).reported()).isZero();
  }

  @Test
  void storeThatFails_isCounted() throws Exception {
    reporter =
        SpanReporter.of(
            List.of(
                SpanReporter.store(
                    spans -> {
                      throw new IllegalStateException("full");
                    },
                    new SystemTime())));
    report(1, 4);
    await(() -> sink().outcomes().get(Outcome.DROPPED_UNAVAILABLE) == 4);
    assertThat(sink().fault()).isEqualTo("full");
  }

  private CollectorStub collector(CollectorStub.Script script) throws IOException {
    CollectorStub stub = CollectorStub.start(script);
    closeables.add(stub);
    return stub;
  }

  private void start(String url) {
    start(url, Encoding.PROTO3, false);
  }

  private void start(String url, Encoding encoding, boolean gzip) {
    start(policy(url, encoding, gzip), PATIENT);
  }

  private void startImpatient(String url) {
    start(policy(url, Encoding.PROTO3, false), IMPATIENT);
  }

  private void start(SinkPolicy policy, Duration answerTimeout) {
    reporter =
        SpanReporter.of(
            List.of(SpanReporter.collector(vertx, policy, answerTimeout, new SystemTime())));
  }

  private static SinkPolicy policy(String url, Encoding encoding, boolean gzip) {
    return SinkPolicy.to(URI.create(url)).with(new SinkFormat(encoding, gzip, true));
  }

  private SpanHandler handler() {
    return reporter.handler();
  }

  private void report(long firstId, int count) {
    for (int i = 0; i < count; i++) {
      handler().end(null, Spans.span(firstId + i), SpanHandler.Cause.FINISHED);
    }
  }

  private SinkView sink() {
    return reporter.view().sinks().get(0);
  }

  private void awaitReported(long spans) throws InterruptedException {
    await(() -> sink().reported() == spans && sink().queuedSpans() == 0);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > until) {
        throw new AssertionError("not within 10 s");
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private static Set<String> ids(List<Span> spans) {
    Set<String> ids = new HashSet<>();
    spans.forEach(s -> ids.add(s.id()));
    return ids;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
