package dev.headwater.load.acceptance;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.load.acceptance.Traffic.Answered;
import dev.headwater.load.acceptance.Traffic.Asked;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import zipkin2.Span;
import zipkin2.Span.Kind;

/**
 * 1 % of the requests fail and 1 % of the traces are sampled: without late keep, one error in a
 * hundred could be looked at.
 */
class ITLateKeep {
  private static final int REQUESTS = Integer.getInteger("headwater.acceptance.requests", 20_000);

  /** Every so many requests one fails. */
  private static final int BROKEN = 100;

  private static final int ERRORS = REQUESTS / BROKEN;

  @RegisterExtension final Surroundings around = new Surroundings();

  /** What one run found. */
  private record Found(double seconds, List<Answered> answers, Map<String, List<Span>> traces) {
    /** Root spans of errors with that reason. */
    List<Span> errors(String reason) {
      return traces.values().stream()
          .flatMap(List::stream)
          .filter(span -> span.kind() == Kind.SERVER)
          .filter(span -> span.tags().getOrDefault("http.path", "").startsWith("/votes/broken/"))
          .filter(span -> reason.equals(span.tags().get("sampling.reason")))
          .toList();
    }
  }

  private Found run(String name, int perSecond) throws Exception {
    String sampling = "{rate: 0.01, keep: {errors: true, perSecond: " + perSecond + "}}";
    List<Answered> answers;
    double seconds;
    EdgeUnderTest.Setup setup = EdgeUnderTest.Setup.of(name, sampling, around.sink());
    try (EdgeUnderTest edge = EdgeUnderTest.start(setup, around.upstream().port())) {
      long began = System.nanoTime();
      answers = around.clientsOf(edge).send(REQUESTS, 120, ITLateKeep::request);
      seconds = (System.nanoTime() - began) / 1e9;
    }
    Found found =
        new Found(
            seconds,
            answers,
            around.collector().spans().stream().collect(groupingBy(Span::traceId)));
    System.out.printf(
        "late keep of at most %d/s: %d requests in %.1f s, %d errors; %d kept late, %d sampled at"
            + " the head%n",
        perSecond,
        REQUESTS,
        seconds,
        ERRORS,
        found.errors("late").size(),
        found.errors("default").size());
    return found;
  }

  private static Asked request(int number) {
    return Asked.get(number % BROKEN == 0 ? "/votes/broken/" + number : "/votes/" + number);
  }

  @Test
  void everyError_isThere_withinTheBudget() throws Exception {
    Found found = run("late-all", 100_000);
    Set<String> failed =
        found.answers().stream()
            .filter(answer -> answer.status() == 500)
            .map(Answered::traceId)
            .collect(toSet());
    assertThat(failed).hasSize(ERRORS);
    assertThat(found.traces().keySet()).containsAll(failed);
    assertThat(found.errors("late").size() + found.errors("default").size()).isEqualTo(ERRORS);
    assertThat(found.errors("late"))
        .allSatisfy(
            span -> assertWhole(span, found.traces().getOrDefault(span.traceId(), List.of())));
    // Nobody behind the edge was told to record.
    Set<String> late = found.errors("late").stream().map(Span::traceId).collect(toSet());
    assertThat(around.upstream().arrivals())
        .allMatch(arrival -> !arrival.sampled() || !late.contains(arrival.traceId()));
    // Successes are kept by the rate alone.
    double slack = 3.89 * Math.sqrt(REQUESTS * 0.01 * 0.99);
    assertThat((double) (found.traces().size() - found.errors("late").size()))
        .isBetween(REQUESTS * 0.01 - slack, REQUESTS * 0.01 + slack);
  }

  /** Our spans both, made at the end of the request as if it had been sampled. */
  private static void assertWhole(Span server, List<Span> trace) {
    assertThat(trace).hasSize(2);
    assertThat(server.tags()).containsEntry("http.status_code", "500");
    Span client = trace.get(trace.get(0) == server ? 1 : 0);
    assertThat(client.kind()).isEqualTo(Kind.CLIENT);
    assertThat(client.parentId()).isEqualTo(server.id());
  }

  @Test
  void moreErrorsThanTheBudget_asManyAsItAllows() throws Exception {
    int perSecond = 5;
    Found found = run("late-few", perSecond);
    int kept = found.errors("late").size();
    // The bucket of a small cap begins with four seconds' worth, and is refilled meanwhile.
    int most = (int) (perSecond * (found.seconds() + 4)) + 1;
    int least = Math.min(ERRORS / 2, (int) (perSecond * (found.seconds() - 1)));
    assertThat(kept).isBetween(least, most);
    assertThat(found.errors("default").size() + kept).isLessThan(ERRORS);
  }
}
