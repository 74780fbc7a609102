package dev.headwater.gateway.report;

import static org.assertj.core.api.Assertions.assertThat;

import brave.handler.SpanHandler;
import dev.headwater.gateway.Await;
import dev.headwater.routes.SinkFormat;
import dev.headwater.routes.SinkFormat.Encoding;
import dev.headwater.routes.SinkLimits;
import dev.headwater.routes.SinkPolicy;
import dev.headwater.routes.TracingPolicy;
import dev.headwater.routes.compile.ConfigurationInput;
import dev.headwater.routes.compile.ConfigurationLoader;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import zipkin2.Span;

/** Several collectors at once, healthy and not, and their change while spans arrive. */
@Timeout(60)
class ITSinks {
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
  void sinkThatHangsOrFails_costsAnotherNothing() throws Exception {
    CollectorStub healthy = collector(p -> CollectorStub.ACCEPTED);
    CollectorStub hanging = collector(p -> null);
    AtomicInteger tries = new AtomicInteger();
    CollectorStub failing =
        collector(
            p -> {
              tries.incrementAndGet();
              return CollectorStub.status(500);
            });
    start(named("hanging", hanging), named("failing", failing), named("healthy", healthy));
    for (int round = 0; round < 5; round++) {
      report(1 + 1_000 * round, 1_000);
      int sent = 1_000 * (round + 1);
      Await.until("the healthy sink has all", () -> view("healthy").reported() == sent);
    }
    assertThat(view("healthy").dropped()).isZero();
    assertThat(view("healthy").fault()).isNull();
    assertThat(view("hanging").reported()).isZero();
    assertThat(view("hanging").queuedSpans()).isEqualTo(5_000);
    Await.until("the breaker opens", () -> view("failing").health().breakerOpen());
    assertThat(view("failing").health().breakerOpenings()).isEqualTo(1);
    assertThat(tries.get()).isLessThan(30);
    failing.script(p -> CollectorStub.ACCEPTED);
    Await.until("the failing one has all", () -> view("failing").reported() == 5_000);
    assertThat(view("failing").health().breakerOpen()).isFalse();
    assertThat(ids(healthy.accepted(5_000))).hasSize(5_000);
  }

  @Test
  void eachSink_hasItsFormatAndRate() throws Exception {
    CollectorStub json = collector(p -> CollectorStub.ACCEPTED);
    CollectorStub few = collector(p -> CollectorStub.ACCEPTED);
    start(
        named("json", json).with(new SinkFormat(Encoding.JSON, true, true)),
        named("few", few).with(new SinkLimits(100, SinkLimits.Breaker.DEFAULT)));
    report(1, 1_000);
    assertThat(json.next().headers())
        .containsEntry("content-type", "application/json")
        .containsEntry("content-encoding", "gzip");
    assertThat(few.next().headers()).containsEntry("content-type", "application/x-protobuf");
    Await.until("all reported", () -> view("json").reported() == 1_000);
    Await.until(
        "an outcome for each", () -> view("few").reported() + view("few").dropped() == 1_000);
    // A thousand offers may straddle the end of a second.
    assertThat(view("few").reported()).isBetween(100L, 200L);
    assertThat(view("few").outcomes().get(Outcome.DROPPED_RATE_LIMITED))
        .isEqualTo(1_000 - view("few").reported());
  }

  @Test
  void unfinishedSpans_reachOnlySinksThatWantThem() throws Exception {
    CollectorStub store = collector(p -> CollectorStub.ACCEPTED);
    CollectorStub forwarder = collector(p -> CollectorStub.ACCEPTED);
    start(
        named("store", store),
        named("forwarder", forwarder).with(new SinkFormat(Encoding.PROTO3, false, false)));
    reporter.handler().end(null, Spans.span(1), SpanHandler.Cause.FLUSHED);
    report(1, 1);
    Await.until("both came", () -> view("store").reported() == 2);
    Await.until("one came", () -> view("forwarder").reported() == 1);
    assertThat(forwarder.accepted(1)).hasSize(1);
  }

  @Test
  void migration_losesNothing_andSinksThatStayAreNotTouched() throws Exception {
    CollectorStub zipkin = collector(p -> CollectorStub.ACCEPTED);
    CollectorStub otel = collector(p -> CollectorStub.ACCEPTED);
    start(named("zipkin", zipkin));
    report(1, 500);
    reporter.update(List.of(named("zipkin", zipkin), named("otel", otel)));
    report(501, 500);
    reporter.update(List.of(named("otel", otel)));
    report(1_001, 500);
    assertThat(ids(zipkin.accepted(1_000))).isEqualTo(numbers(1, 1_000));
    assertThat(ids(otel.accepted(1_000))).isEqualTo(numbers(501, 1_500));
    assertThat(reporter.view().sinks()).extracting(SinkView::sink).containsExactly("otel");
  }

  @Test
  void changedSink_countsOn_andDeliversWhatItHeld() throws Exception {
    CollectorStub before = collector(p -> CollectorStub.ACCEPTED);
    CollectorStub after = collector(p -> CollectorStub.ACCEPTED);
    start(named("one", before));
    report(1, 300);
    reporter.update(List.of(named("one", after)));
    report(301, 200);
    assertThat(ids(before.accepted(300))).isEqualTo(numbers(1, 300));
    assertThat(ids(after.accepted(200))).isEqualTo(numbers(301, 500));
    Await.until("all are counted under the name", () -> view("one").reported() == 500);
    assertThat(view("one").dropped()).isZero();
  }

  @Test
  void sinkTakenOffWhileItsCollectorHangs_ends_andCountsItsSpans() throws Exception {
    CollectorStub hanging = collector(p -> null);
    CollectorStub healthy = collector(p -> CollectorStub.ACCEPTED);
    start(named("one", hanging));
    report(1, 40);
    reporter.update(List.of(named("one", healthy)));
    report(41, 2);
    Duration took =
        Await.until(
            "the rest is counted",
            Duration.ofSeconds(20),
            () -> view("one").reported() + view("one").dropped() == 42);
    assertThat(took).isLessThan(Duration.ofSeconds(12));
    assertThat(view("one").reported()).isEqualTo(2);
    assertThat(view("one").queuedSpans()).isZero();
  }

  @Test
  void close_endsThoseThatAreLeavingToo() throws Exception {
    CollectorStub hanging = collector(p -> null);
    start(named("one", hanging));
    report(1, 10);
    reporter.update(List.of());
    reporter.close();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("headwater-leave-one"))
        .noneMatch(thread -> thread.getName().equals("headwater-report-one"));
    reporter.update(List.of(named("late", hanging)));
    assertThat(reporter.view().sinks()).isEmpty();
  }

  private CollectorStub collector(CollectorStub.Script script) throws IOException {
    CollectorStub stub = CollectorStub.start(script);
    closeables.add(stub);
    return stub;
  }

  private static SinkPolicy named(String name, CollectorStub collector) {
    return SinkPolicy.to(URI.create(collector.url())).with(name);
  }

  private void start(SinkPolicy... sinks) {
    TracingPolicy defaults =
        ConfigurationLoader.load(ConfigurationInput.of("", "test"))
            .configuration()
            .orElseThrow()
            .tracing();
    TracingPolicy tracing = defaults.with(defaults.sampling(), List.of(sinks), null);
    reporter = SpanReporter.create(vertx, tracing, null);
  }

  private void report(long firstId, int count) {
    for (int i = 0; i < count; i++) {
      reporter.handler().end(null, Spans.span(firstId + i), SpanHandler.Cause.FINISHED);
    }
  }

  private SinkView view(String name) {
    return reporter.view().sinks().stream()
        .filter(sink -> sink.sink().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Set<Long> ids(List<Span> spans) {
    return spans.stream().map(s -> Long.parseLong(s.id(), 16)).collect(Collectors.toSet());
  }

  private static Set<Long> numbers(long first, long last) {
    Set<Long> numbers = new HashSet<>();
    for (long i = first; i <= last; i++) {
      numbers.add(i);
    }
    return numbers;
  }
}
