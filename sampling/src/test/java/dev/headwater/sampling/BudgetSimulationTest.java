package dev.headwater.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.sampling.rate.BudgetPolicy;
import dev.headwater.sampling.rate.LimitPolicy;
import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rule.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/**
 * A cluster on a simulated clock. The table of all cases is written to {@code
 * target/budget-simulation.md}.
 */
class BudgetSimulationTest {
  private static final int SECONDS = 120;
  private static final int WINDOW = 60;
  private static final double BUDGET = 500;
  private static final double MOST = 1.05;
  private static final double LEAST = 0.95;

  /** What one cluster was offered and kept. */
  private record Row(
      String load, int replicas, double offered, double kept, double best, double min) {
    static final String HEAD =
        "| load | replicas | offered/s | kept/s | of the budget | best 60 s | sum of min(load, share)"
            + " | kept of that |\n|---|---|---|---|---|---|---|---|\n";

    String markdown() {
      return String.format(
          Locale.ROOT,
          "| %s | %d | %.0f | %.1f | %.1f %% | %.1f %% | %.1f | %.1f %% |%n",
          load,
          replicas,
          offered,
          kept,
          100 * kept / BUDGET,
          100 * best / BUDGET,
          min,
          100 * kept / min);
    }
  }

  private static LimitPolicy budget(int replicas) {
    return new LimitPolicy(null, new BudgetPolicy(BUDGET, replicas), 0.0);
  }

  private static SamplingPolicy policy(int replicas) {
    Verdict all = new Verdict.Share(ProbabilisticRate.ALWAYS);
    return new SamplingPolicy(all, List.of(), budget(replicas), null, false);
  }

  private static Row run(String name, int replicas, IntToDoubleFunction loads) {
    List<Traffic> cluster = new ArrayList<>();
    double min = 0;
    for (int i = 0; i < replicas; i++) {
      double load = loads.applyAsDouble(i);
      Traffic traffic = new Traffic(100 + i);
      cluster.add(traffic.run(traffic.sampler(policy(replicas)), SECONDS, s -> load));
      min += Math.min(load, BUDGET / replicas);
    }
    double best = 0;
    for (int from = 0; from + WINDOW <= SECONDS; from++) {
      int start = from;
      best = Math.max(best, cluster.stream().mapToLong(t -> t.kept(start, start + WINDOW)).sum());
    }
    double offered = cluster.stream().mapToLong(t -> t.offered(0, SECONDS)).sum();
    double kept = cluster.stream().mapToLong(t -> t.kept(0, SECONDS)).sum();
    return new Row(name, replicas, offered / SECONDS, kept / SECONDS, best / WINDOW, min);
  }

  @Test
  void sumOfAllReplicas_holdsTheBudget() throws IOException {
    StringBuilder table = new StringBuilder(Row.HEAD);
    for (int replicas : new int[] {1, 3, 20}) {
      double share = BUDGET / replicas;
      List<Row> reached =
          List.of(
              run("its share each", replicas, i -> share),
              run("twice its share each", replicas, i -> 2 * share),
              run("100 times its share each", replicas, i -> 100 * share),
              run("1 to 30 times its share", replicas, i -> share * (30 - 29 * (i % 4) / 3.0)));
      for (Row row : reached) {
        table.append(row.markdown());
        assertThat(row.kept()).as(row.toString()).isBetween(LEAST * BUDGET, MOST * BUDGET);
        assertThat(row.best()).as(row.toString()).isLessThanOrEqualTo(MOST * BUDGET);
      }
      List<Row> missed = new ArrayList<>();
      missed.add(run("half its share each", replicas, i -> share / 2));
      if (replicas > 1) {
        missed.add(run("all but the first idle", replicas, i -> i == 0 ? 4 * BUDGET : share / 100));
        missed.add(run("70 % on one of them", replicas, i -> i == 0 ? 1.4 * BUDGET : 0.6 * share));
      }
      for (Row row : missed) {
        table.append(row.markdown());
        assertThat(row.best()).as(row.toString()).isLessThanOrEqualTo(MOST * BUDGET);
        // What is missing is what idle replicas leave unused, and no more.
        assertThat(row.kept()).as(row.toString()).isBetween(LEAST * row.min(), MOST * row.min());
      }
    }
    Files.writeString(Path.of("target", "budget-simulation.md"), table.toString());
  }

  @Test
  void replicasThatComeAndGo_changeTheShareWithinFiveSeconds() {
    AtomicInteger live = new AtomicInteger(2);
    Traffic traffic = new Traffic(1);
    Sampler sampler = Sampler.of(policy(1), List.of(), traffic::nanos, live::get);
    traffic.run(sampler, 30, s -> 5_000);
    assertThat(traffic.kept(10, 30)).isBetween(19 * 250L, 21 * 250L);
    live.set(10);
    traffic.run(sampler, 30, s -> 5_000);
    assertThat(traffic.kept(5, 25)).isBetween(19 * 50L, 21 * 50L);
    live.set(1);
    traffic.run(sampler, 30, s -> 5_000);
    assertThat(traffic.kept(5, 25)).isBetween(19 * 500L, 21 * 500L);
    assertThat(sampler.view().budget())
        .satisfies(
            view -> {
              assertThat(view.replicas()).isEqualTo(1);
              assertThat(view.share()).isEqualTo(500);
            });
  }

  @Test
  void configuredReplicas_changeWithThePolicyAndTheStateGoesOn() {
    Traffic traffic = new Traffic(2);
    Sampler sampler = traffic.sampler(policy(1));
    traffic.run(sampler, 30, s -> 5_000);
    Sampler following = sampler.next(policy(5), List.of());
    traffic.run(following, 30, s -> 5_000);
    assertThat(traffic.kept(0, 5)).isLessThan(5 * 100 + 250);
    assertThat(traffic.kept(5, 25)).isBetween(19 * 100L, 21 * 100L);
  }
}
