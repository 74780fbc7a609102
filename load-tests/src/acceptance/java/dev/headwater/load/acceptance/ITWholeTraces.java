package dev.headwater.load.acceptance;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.load.acceptance.Traffic.Answered;
import dev.headwater.load.acceptance.Traffic.Asked;
import io.vertx.core.http.HttpMethod;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import zipkin2.Span;
import zipkin2.Span.Kind;
import zipkin2.collector.CollectorSampler;

/**
 * 20,000 requests of strangers through the real process, in front of a real server and a collector:
 * what was sent upstream, what was reported and what the collector's own sampler says agree, for
 * each request. Rate 0.0001 is shown over 1,000,000 ids by sampling's {@code
 * ProbabilisticRateTest}.
 */
class ITWholeTraces {
  private static final int REQUESTS = Integer.getInteger("headwater.acceptance.requests", 20_000);

  /** Every so many requests one is answered 503 first and sent again. */
  private static final int FLAKY = 50;

  /** Two-sided 99.9 % of the normal distribution: one run in a thousand fails by chance. */
  private static final double QUANTILE = 3.2905;

  private static final String STRANGE = "463ac35c9f6413ad48485a3953bb6124";

  /** What clients send of their own: nothing, each known format, and wrong use of them. */
  private static final List<List<String>> STRANGERS =
      List.of(
          List.of(),
          List.of(
              "X-B3-TraceId", STRANGE,
              "X-B3-SpanId", "a2fb4a1d1a96d312",
              "X-B3-ParentSpanId", "0020000000000001",
              "X-B3-Sampled", "1"),
          List.of("b3", STRANGE + "-a2fb4a1d1a96d312-1"),
          List.of(
              "traceparent", "00-" + STRANGE + "-a2fb4a1d1a96d312-01",
              "tracestate", "vendor=1",
              "baggage", "user=1"),
          List.of(
              "uber-trace-id", STRANGE + ":a2fb4a1d1a96d312:0:1",
              "uberctx-user", "1",
              "X-Datadog-Trace-Id", "1",
              "X-Datadog-Sampling-Priority", "2",
              "X-Cloud-Trace-Context", STRANGE + "/1;o=1",
              "X-Amzn-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1",
              "sw8", "1-x-x-1-x-x-x-x",
              "ot-tracer-traceid", "1",
              "grpc-trace-bin", "AAA",
              "l5d-ctx-trace", "AAA",
              "x-envoy-force-trace", "1"),
          List.of(
              "x-b3-traceid", STRANGE,
              "X-B3-TRACEID", "1234",
              "X-B3-SpanId", "not hexadecimal",
              "X-B3-Sampled", "0",
              "X-B3-Flags", "1"),
          List.of("b3", "1"),
          List.of("X-B3-Sampled", "true", "X-B3-Flags", "1"));

  private static final Set<String> STALE =
      Set.of(
          "b3",
          "x-b3-parentspanid",
          "x-b3-flags",
          "traceparent",
          "tracestate",
          "uber-trace-id",
          "uberctx-user",
          "x-datadog-trace-id",
          "x-datadog-sampling-priority",
          "x-cloud-trace-context",
          "x-amzn-trace-id",
          "sw8",
          "ot-tracer-traceid",
          "grpc-trace-bin",
          "l5d-ctx-trace",
          "x-envoy-force-trace");

  @RegisterExtension final Surroundings around = new Surroundings();

  @ParameterizedTest(name = "rate {0}")
  @ValueSource(doubles = {0, 0.5, 1})
  void tracesAreWholeAndSharesExact_underTrafficOfStrangers(double rate) throws Exception {
    List<Answered> answers;
    Map<String, Long> counted;
    long began = System.nanoTime();
    try (EdgeUnderTest edge =
        EdgeUnderTest.start("whole-" + rate, rate, around.upstream().port(), around.sink())) {
      answers = around.clientsOf(edge).send(REQUESTS, 300, ITWholeTraces::request);
      // Spans are delivered in batches; the last ones need not wait for the flush at the stop.
      long sampled = around.upstream().arrivals().stream().filter(Arrival::sampled).count();
      around.collector().awaitSpans((int) sampled + sampledTraces(), 20);
      counted = edge.spans();
    }
    double seconds = (System.nanoTime() - began) / 1e9;

    List<Arrival> arrivals = around.upstream().arrivals();
    Set<String> kept =
        arrivals.stream().filter(Arrival::sampled).map(Arrival::traceId).collect(toSet());
    List<Span> spans = around.collector().spans();
    System.out.printf(
        "rate %s: %d requests, %d reached the upstream, %d traces kept (share %.4f), %d spans, "
            + "%.1f s%n",
        rate,
        REQUESTS,
        arrivals.size(),
        kept.size(),
        (double) kept.size() / REQUESTS,
        spans.size(),
        seconds);

    assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
    assertThat(around.collector().complaints()).isEmpty();
    assertThat(arrivals).hasSize(REQUESTS + (REQUESTS + FLAKY - 1) / FLAKY);
    assertEachContextIsOursAlone(arrivals);
    assertIdsAgreeWithAnswers(arrivals, answers);
    assertDecisionsEqualTheCollectors(arrivals, rate);
    assertShare(kept.size(), rate);
    assertTracesAreWhole(spans, arrivals, kept);
    assertThat(counted.getOrDefault("reported", 0L)).isEqualTo(spans.size());
    counted.remove("reported");
    assertThat(counted.values()).as("drops: %s", counted).allMatch(drops -> drops == 0);
  }

  private int sampledTraces() {
    return (int)
        around.upstream().arrivals().stream()
            .filter(Arrival::sampled)
            .map(Arrival::traceId)
            .distinct()
            .count();
  }

  private static Asked request(int number) {
    List<String> fields = STRANGERS.get(number % STRANGERS.size());
    if (number % FLAKY == 0) {
      return new Asked(HttpMethod.GET, "/flaky/" + number, fields, "");
    }
    return number % 5 == 1
        ? new Asked(HttpMethod.POST, "/votes/" + number, fields, "v".repeat(256))
        : new Asked(HttpMethod.GET, "/votes/" + number, fields, "");
  }

  private static void assertEachContextIsOursAlone(List<Arrival> arrivals) {
    Set<String> spanIds = new HashSet<>();
    for (Arrival arrival : arrivals) {
      assertThat(arrival.traceId()).matches("[0-9a-f]{32}").isNotEqualTo(STRANGE);
      assertThat(arrival.spanId()).matches("[0-9a-f]{16}");
      assertThat(arrival.only("x-b3-sampled")).matches("[01]");
      assertThat(arrival.names()).doesNotContainAnyElementsOf(STALE);
      assertThat(spanIds.add(arrival.spanId())).as("span id %s twice", arrival.spanId()).isTrue();
    }
  }

  private static void assertIdsAgreeWithAnswers(List<Arrival> arrivals, List<Answered> answers) {
    for (Arrival arrival : arrivals) {
      int number = Integer.parseInt(arrival.path().substring(arrival.path().lastIndexOf('/') + 1));
      assertThat(answers.get(number).traceId()).isEqualTo(arrival.traceId());
    }
    assertThat(answers.stream().map(Answered::traceId).distinct().count()).isEqualTo(REQUESTS);
  }

  private static void assertDecisionsEqualTheCollectors(List<Arrival> arrivals, double rate) {
    CollectorSampler oracle = CollectorSampler.create((float) rate);
    for (Arrival arrival : arrivals) {
      boolean expected = oracle.isSampled(arrival.traceId(), false);
      assertThat(arrival.sampled()).as(arrival.traceId()).isEqualTo(expected);
    }
  }

  private static void assertShare(int kept, double rate) {
    double slack = QUANTILE * Math.sqrt(REQUESTS * rate * (1 - rate));
    assertThat((double) kept).isBetween(REQUESTS * rate - slack, REQUESTS * rate + slack);
  }

  private static void assertTracesAreWhole(
      List<Span> spans, List<Arrival> arrivals, Set<String> kept) {
    Map<String, List<Span>> traces = spans.stream().collect(groupingBy(Span::traceId));
    Map<String, List<Arrival>> sent =
        arrivals.stream().filter(Arrival::sampled).collect(groupingBy(Arrival::traceId));
    assertThat(traces.keySet()).isEqualTo(kept);
    traces.forEach((id, trace) -> assertWhole(id, trace, sent.getOrDefault(id, List.of())));
  }

  private static void assertWhole(String id, List<Span> trace, List<Arrival> sent) {
    List<Span> roots = trace.stream().filter(span -> span.parentId() == null).toList();
    assertThat(roots).as("roots of %s", id).hasSize(1);
    Span root = roots.get(0);
    assertThat(root.kind()).isEqualTo(Kind.SERVER);
    assertThat(root.shared()).isNotEqualTo(Boolean.TRUE);
    Map<String, Span> attempts =
        trace.stream().filter(span -> span != root).collect(toMap(Span::id, Function.identity()));
    assertThat(attempts.values())
        .allSatisfy(
            span -> {
              assertThat(span.kind()).isEqualTo(Kind.CLIENT);
              assertThat(span.parentId()).isEqualTo(root.id());
              assertThat(span.remoteServiceName()).isEqualTo("voting");
              assertThat(span.timestampAsLong()).isGreaterThanOrEqualTo(root.timestampAsLong());
              assertThat(span.timestampAsLong() + span.durationAsLong())
                  .isLessThanOrEqualTo(root.timestampAsLong() + root.durationAsLong());
            });
    assertThat(new TreeSet<>(attempts.keySet()))
        .as("CLIENT spans of %s against the span ids sent upstream", id)
        .isEqualTo(new TreeSet<>(sent.stream().map(Arrival::spanId).toList()));
  }
}
