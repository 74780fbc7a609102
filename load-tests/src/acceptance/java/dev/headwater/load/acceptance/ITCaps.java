package dev.headwater.load.acceptance;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.load.acceptance.Traffic.Answered;
import dev.headwater.load.acceptance.Traffic.Asked;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import zipkin2.Span;
import zipkin2.Span.Kind;
import zipkin2.collector.CollectorSampler;

/**
 * Row T9 under load: a cap far below what is offered. What an unsampled request pays cannot be
 * judged on a shared machine; {@code paired/run} and the benchmark {@code UnsampledRequest} show
 * it.
 */
class ITCaps {
  private static final int PER_SECOND = 20;
  private static final int BURST_SECONDS = 2;
  private static final int REQUESTS = Integer.getInteger("headwater.acceptance.requests", 20_000);

  @RegisterExtension final Surroundings around = new Surroundings();

  @Test
  void tenfoldLoad_keepsTheCap() throws Exception {
    EdgeUnderTest.Setup setup =
        EdgeUnderTest.Setup.of(
            "caps",
            "{rate: 1, rules: [{name: capped, match: {path: {prefix: /votes}}, rate: 1,"
                + " perSecond: "
                + PER_SECOND
                + "}]}",
            around.sink());
    double seconds;
    List<Answered> answers;
    try (EdgeUnderTest edge = EdgeUnderTest.start(setup, around.upstream().port())) {
      long began = System.nanoTime();
      answers = around.clientsOf(edge).send(REQUESTS, 180, number -> Asked.get("/votes/" + number));
      seconds = (System.nanoTime() - began) / 1e9;
    }
    assertThat(answers).allMatch(answer -> answer.status() == 200);
    List<Span> roots =
        around.collector().spans().stream().filter(span -> span.kind() == Kind.SERVER).toList();
    Map<Long, Long> bySecond =
        new TreeMap<>(
            roots.stream()
                .map(span -> span.timestampAsLong() / 1_000_000)
                .collect(groupingBy(Function.identity(), counting())));
    System.out.printf(
        "cap %d/s under %.0f requests/s for %.1f s: %d traces kept, by second %s%n",
        PER_SECOND, REQUESTS / seconds, seconds, roots.size(), bySecond.values());

    assertThat(REQUESTS / seconds).as("load").isGreaterThan(10 * PER_SECOND);
    // A bucket of two seconds that begins half full, and the second that was begun.
    assertThat((double) roots.size())
        .isBetween(0.6 * PER_SECOND * (seconds - 1), PER_SECOND * (seconds + 2));
    assertNeverAboveTheBucket(roots);
    assertThat(around.collector().spans()).hasSize(2 * roots.size());
    assertThat(roots)
        .filteredOn(span -> !"floor".equals(span.tags().get("sampling.reason")))
        .allSatisfy(ITCaps::assertKeptByTheRateInForce);
    assertThat(roots).as("rates in force").anyMatch(span -> rate(span) < 0.2);
    assertThat(around.upstream().arrivals().stream().filter(Arrival::sampled).count())
        .isEqualTo(roots.size());
  }

  /**
   * What a cap promises: over any t seconds no more than {@code t * cap + burst}. Here the burst is
   * two seconds of the cap; a quarter of a second more is for requests that began before the thread
   * came to decide on them.
   */
  private static void assertNeverAboveTheBucket(List<Span> roots) {
    long[] micros =
        roots.stream()
            .filter(span -> !"floor".equals(span.tags().get("sampling.reason")))
            .mapToLong(Span::timestampAsLong)
            .sorted()
            .toArray();
    for (int from = 0; from < micros.length; from++) {
      for (int to = from; to < micros.length; to++) {
        double seconds = (micros[to] - micros[from]) / 1e6;
        assertThat((double) (to - from + 1))
            .as("traces within %.3f s, from number %d", seconds, from)
            .isLessThanOrEqualTo(PER_SECOND * (seconds + BURST_SECONDS + 0.25));
      }
    }
  }

  /** The formula is kept: a collector at the rate that the span names would keep it too. */
  private static void assertKeptByTheRateInForce(Span span) {
    assertThat(span.tags()).containsEntry("sampling.rule", "capped");
    // The tag may be rounded.
    float rate = Math.min(1, rate(span) * 1.001f);
    assertThat(CollectorSampler.create(rate).isSampled(span.traceId(), false))
        .as("%s", span)
        .isTrue();
  }

  private static float rate(Span span) {
    return Float.parseFloat(span.tags().getOrDefault("sampling.rate", "NaN"));
  }
}
