package dev.headwater.load.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.load.acceptance.CollectorStandIn.Mood;
import dev.headwater.load.acceptance.Traffic.Answered;
import dev.headwater.load.acceptance.Traffic.Asked;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A collector that is down costs spans, and nothing else: no request, no loop's time. Every span is
 * accounted for, and reporting comes back by itself.
 */
class ITCollectorFaults {
  private static final int HEALTHY = 4_000;

  /** Requests of one round under the fault. */
  private static final int ROUND = 4_000;

  /** Twice as many spans in all: more than the hand-over holds, so that some have to be dropped. */
  private static final int ROUNDS = 4;

  private static final int UNDER_FAULT = ROUND * ROUNDS;

  private static final double STALL_MILLIS = 50;
  private static final double RESUMED_SECONDS = 5;

  @RegisterExtension final Surroundings around = new Surroundings();

  @ParameterizedTest(name = "collector {0}")
  @EnumSource(
      value = Mood.class,
      names = {"REFUSES", "HANGS", "FAILS"})
  void onlySpansAreLost_whileTheCollector(Mood fault) throws Exception {
    try (EdgeUnderTest edge =
            EdgeUnderTest.start("fault-" + fault, 1, around.upstream().port(), around.sink());
        StallProbe probe = new StallProbe(edge.port())) {
      Traffic traffic = around.clientsOf(edge);
      // Compiled code and open connections first: what is compared is collectors, not warm-ups.
      assertAnswered(traffic.send(HEALTHY, 120, ITCollectorFaults::request));
      assertThat(around.collector().awaitSpans(2 * HEALTHY, 20)).isTrue();

      around.collector().mood(fault);
      Stall stall = leastStall(traffic, probe);
      Map<String, Long> during = edge.spans();

      around.collector().mood(Mood.TAKES);
      int before = around.collector().spans().size();
      long returned = System.nanoTime();
      boolean resumed = around.collector().awaitSpans(before + 1, 30);
      double resumedAfter = (System.nanoTime() - returned) / 1e9;
      long queued = drained(edge);
      Map<String, Long> after = edge.spans();

      System.out.printf(
          "collector %s: %d requests, 0 failed; longest answer of the probe %.1f ms (machine %.1f"
              + " ms, %d probes); reporting resumed after %.2f s; spans %s%n",
          fault,
          UNDER_FAULT,
          stall.answer(),
          stall.machine(),
          probe.count(),
          resumedAfter,
          new HashMap<>(after));
      assertThat(during.getOrDefault("dropped_queue_spans", 0L)).isPositive();
      assertThat(stall.answer())
          .as("longest answer, of which the machine may have caused %.1f ms", stall.machine())
          .isLessThanOrEqualTo(STALL_MILLIS + stall.machine());
      assertThat(resumed).isTrue();
      assertThat(resumedAfter).isLessThanOrEqualTo(RESUMED_SECONDS);
      assertThat(after.values().stream().mapToLong(Long::longValue).sum() + queued)
          .as("spans reported, dropped and queued: %s, %d", after, queued)
          .isEqualTo(2L * (HEALTHY + UNDER_FAULT));
    }
  }

  /**
   * The longest answer of one round, in milliseconds.
   *
   * @param machine how late the machine itself was meanwhile
   */
  private record Stall(double answer, double machine) {
    double ours() {
      return answer - machine;
    }
  }

  /**
   * Sends the rounds and returns the one with the least stall: a fault that holds a loop up does so
   * in every round, a busy machine does not.
   */
  private static Stall leastStall(Traffic traffic, StallProbe probe) throws Exception {
    Stall least = new Stall(Double.MAX_VALUE, 0);
    for (int round = 0; round < ROUNDS; round++) {
      probe.reset();
      assertAnswered(traffic.send(ROUND, 240, ITCollectorFaults::request));
      Stall stall = new Stall(probe.longestMillis(), probe.machineMillis());
      least = stall.ours() < least.ours() ? stall : least;
    }
    return least;
  }

  private static Asked request(int number) {
    return Asked.get("/votes/" + number);
  }

  private static void assertAnswered(List<Answered> answers) {
    assertThat(answers)
        .allSatisfy(answer -> assertThat(answer).extracting(Answered::status).isEqualTo(200));
  }

  /** Waits until nothing is queued any more; returns what still is. */
  private static long drained(EdgeUnderTest edge) throws Exception {
    long end = System.nanoTime() + 20_000_000_000L;
    long queued = edge.queued();
    while (queued > 0 && System.nanoTime() < end) {
      queued = edge.queued();
    }
    return queued;
  }
}
