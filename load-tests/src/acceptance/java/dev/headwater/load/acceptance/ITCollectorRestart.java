package dev.headwater.load.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.load.acceptance.CollectorStandIn.Mood;
import dev.headwater.load.acceptance.PacedTraffic.Answer;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import zipkin2.Span;

/**
 * A collector that is killed and restarted under 500 requests a second, every one of them traced,
 * costs no span; when the gateway is killed meanwhile, too, what is lost is younger than a second.
 * {@code -Dheadwater.outage=60} is how long the collector is away, in seconds.
 */
class ITCollectorRestart {
  private static final int OUTAGE_SECONDS = Integer.getInteger("headwater.outage", 15);
  private static final int PER_SECOND = 500;
  private static final int HEALTHY_SECONDS = 5;
  private static final int SPANS_PER_REQUEST = 2;
  private static final int PATIENCE_SECONDS = 60;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private Vertx vertx;
  private RecordingUpstream upstream;
  private CollectorStandIn collector;

  @BeforeEach
  void open() {
    vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    upstream = new RecordingUpstream(vertx);
    collector = new CollectorStandIn(vertx);
  }

  @AfterEach
  void close() {
    Loopback.await(vertx.close());
  }

  @Test
  void collectorRestarts_everySpanArrives() throws Exception {
    try (EdgeUnderTest edge = start("restart");
        PacedTraffic traffic = new PacedTraffic(vertx, edge.port(), PER_SECOND)) {
      pass(HEALTHY_SECONDS);
      collector.mood(Mood.REFUSES);
      Peak peak = watch(edge, OUTAGE_SECONDS);
      long back = System.nanoTime();
      int before = collector.spans().size();
      collector.mood(Mood.TAKES);
      assertThat(collector.awaitSpans(before + 1, 5)).as("reporting resumes within 5 s").isTrue();
      double resumed = secondsSince(back);
      while (edge.gauge("headwater_spool_spans") > 0 && secondsSince(back) < PATIENCE_SECONDS) {
        pass(0.1);
      }
      double caughtUp = secondsSince(back);
      List<Answer> answers = traffic.finish();
      assertAllAnswered(answers);
      Set<String> distinct = awaitSpans(SPANS_PER_REQUEST * answers.size());
      Map<String, Long> outcomes = edge.spans();

      System.out.printf(
          "collector away for %d s under %d requests/s: %d requests, 0 failed; %d spans sent, %d"
              + " distinct received, %d received twice, 0 lost; most spooled %d spans in %d bytes,"
              + " most queued %d spans; resumed after %.2f s, caught up after %.2f s; %s%n",
          OUTAGE_SECONDS,
          PER_SECOND,
          answers.size(),
          SPANS_PER_REQUEST * answers.size(),
          distinct.size(),
          collector.spans().size() - distinct.size(),
          peak.spooled(),
          peak.bytes(),
          peak.queued(),
          resumed,
          caughtUp,
          new HashMap<>(outcomes));
      assertThat(distinct).hasSize(SPANS_PER_REQUEST * answers.size());
      assertThat(peak.spooled()).as("waited on disk").isPositive();
      assertThat(outcomes).allSatisfy(ITCollectorRestart::assertNoDrop);
    }
  }

  @Test
  void gatewayKilledMeanwhile_losesAtMostItsLastSecond() throws Exception {
    EdgeUnderTest first = start("killed");
    List<Answer> before;
    long killed;
    try (PacedTraffic traffic = new PacedTraffic(vertx, first.port(), PER_SECOND)) {
      pass(HEALTHY_SECONDS);
      collector.mood(Mood.REFUSES);
      pass(OUTAGE_SECONDS / 2.0);
      killed = System.nanoTime();
      first.kill();
      before = traffic.finish().stream().filter(answer -> answer.at() <= killed).toList();
    }
    assertAllAnswered(before);
    try (EdgeUnderTest second = first.again();
        PacedTraffic traffic = new PacedTraffic(vertx, second.port(), PER_SECOND)) {
      pass(OUTAGE_SECONDS / 2.0);
      collector.mood(Mood.TAKES);
      pass(HEALTHY_SECONDS);
      List<Answer> after = traffic.finish();
      assertAllAnswered(after);
      long end = System.nanoTime();
      while (second.gauge("headwater_spool_spans") + second.queued() > 0
          && secondsSince(end) < PATIENCE_SECONDS) {
        pass(0.1);
      }
      Map<String, Integer> received = spansByTrace();
      List<Answer> lost = incomplete(before, received);
      double oldest = lost.stream().mapToLong(answer -> killed - answer.at()).max().orElse(0) / 1e9;

      System.out.printf(
          "gateway killed in an outage of %d s: %d requests before and %d after, 0 failed; of the"
              + " traces before %d not whole, the oldest of them answered %.3f s before the kill;"
              + " of those after %d not whole; recovered %d spans%n",
          OUTAGE_SECONDS,
          before.size(),
          after.size(),
          lost.size(),
          oldest,
          incomplete(after, received).size(),
          second.gauge("headwater_spool_recovered_spans_total"));
      assertThat(incomplete(after, received)).isEmpty();
      assertThat(lost).allSatisfy(answer -> assertThat(killed - answer.at()).isLessThan(SECOND));
      assertThat(second.gauge("headwater_spool_recovered_spans_total")).isPositive();
    }
  }

  /** The most that was seen waiting. */
  private record Peak(long spooled, long bytes, long queued) {}

  private static Peak watch(EdgeUnderTest edge, int seconds) throws Exception {
    Peak peak = new Peak(0, 0, 0);
    long from = System.nanoTime();
    while (secondsSince(from) < seconds) {
      pass(0.5);
      peak =
          new Peak(
              Math.max(peak.spooled(), edge.gauge("headwater_spool_spans")),
              Math.max(peak.bytes(), edge.gauge("headwater_spool_bytes")),
              Math.max(peak.queued(), edge.queued()));
    }
    return peak;
  }

  private EdgeUnderTest start(String name) throws IOException {
    Path spool =
        Path.of(System.getProperty("headwater.module", "."))
            .toAbsolutePath()
            .resolve("target/acceptance/" + name + "-spool");
    if (Files.isDirectory(spool)) {
      try (Stream<Path> earlier = Files.list(spool)) {
        for (Path file : earlier.toList()) {
          Files.delete(file);
        }
      }
    }
    String sink =
        "{zipkin: \"http://127.0.0.1:"
            + collector.port()
            + "\", spool: {directory: "
            + name
            + "-spool}}";
    return EdgeUnderTest.start(name, 1, upstream.port(), sink);
  }

  private Set<String> awaitSpans(int count) throws InterruptedException {
    long from = System.nanoTime();
    Set<String> distinct = distinct();
    while (distinct.size() < count && secondsSince(from) < PATIENCE_SECONDS) {
      pass(0.2);
      distinct = distinct();
    }
    return distinct;
  }

  private Set<String> distinct() {
    Set<String> ids = new HashSet<>();
    for (Span span : collector.spans()) {
      ids.add(span.traceId() + span.id() + span.kind());
    }
    return ids;
  }

  private Map<String, Integer> spansByTrace() {
    Map<String, Set<String>> ids = new HashMap<>();
    for (Span span : collector.spans()) {
      ids.computeIfAbsent(span.traceId(), id -> new HashSet<>()).add(span.id());
    }
    Map<String, Integer> counts = new HashMap<>();
    ids.forEach((trace, spans) -> counts.put(trace, spans.size()));
    return counts;
  }

  private static List<Answer> incomplete(List<Answer> answers, Map<String, Integer> received) {
    return answers.stream()
        .filter(answer -> received.getOrDefault(answer.traceId(), 0) < SPANS_PER_REQUEST)
        .toList();
  }

  private static void assertAllAnswered(List<Answer> answers) {
    assertThat(answers).isNotEmpty();
    assertThat(answers.stream().filter(answer -> answer.status() != 200).toList())
        .as("failed of %d", answers.size())
        .isEmpty();
  }

  private static void assertNoDrop(String outcome, long spans) {
    if (outcome.startsWith("dropped_")) {
      assertThat(spans).as(outcome).isZero();
    }
  }

  private static double secondsSince(long from) {
    return (System.nanoTime() - from) / 1e9;
  }

  /** Lets time pass: what is measured is what happens meanwhile. */
  private static void pass(double seconds) {
    long until = System.nanoTime() + (long) (seconds * 1e9);
    for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
