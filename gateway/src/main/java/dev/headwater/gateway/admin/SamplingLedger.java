package dev.headwater.gateway.admin;

import dev.headwater.gateway.metrics.Metrics;
import dev.headwater.gateway.metrics.MetricsView;
import dev.headwater.gateway.metrics.MetricsView.DecisionCount;
import dev.headwater.gateway.snapshot.Snapshot;
import dev.headwater.gateway.snapshot.SnapshotRef;
import dev.headwater.sampling.Reason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Decisions since the configuration in force came into force, so that an observed rate is held
 * against the rate it was made with. Safe for use from any thread.
 */
final class SamplingLedger {
  private volatile Map<Key, Long> before = Map.of();

  private SamplingLedger() {}

  /** A ledger that begins anew with every swap. */
  static SamplingLedger of(SnapshotRef snapshots, Metrics metrics) {
    SamplingLedger ledger = new SamplingLedger();
    snapshots.onSwap(
        swapped -> {
          var unused = metrics.collect().thenAccept(ledger::beginAfter);
        });
    return ledger;
  }

  private void beginAfter(MetricsView view) {
    Map<Key, Long> counts = new HashMap<>();
    for (DecisionCount d : view.decisions()) {
      counts.put(Key.of(d), d.count());
    }
    before = counts;
  }

  /** Decisions of the present configuration. */
  List<DecisionCount> decisions(MetricsView view) {
    Map<Key, Long> earlier = before;
    return view.decisions().stream()
        .map(
            d ->
                new DecisionCount(
                    d.rule(),
                    d.reason(),
                    d.sampled(),
                    d.count() - earlier.getOrDefault(Key.of(d), 0L)))
        .filter(d -> d.count() > 0)
        .toList();
  }

  /** What a rule's rate decided; inherited, forced and capped traces say nothing about it. */
  static ObservedRate observed(List<DecisionCount> decisions, String rule) {
    long sampled = 0;
    long total = 0;
    for (DecisionCount d : decisions) {
      boolean byRate = d.reason() == Reason.DEFAULT || d.reason() == Reason.RULE;
      if (byRate && d.rule().equals(rule)) {
        sampled += d.sampled() ? d.count() : 0;
        total += d.count();
      }
    }
    return new ObservedRate(sampled, total);
  }

  /** Whether the gateway decides at all. */
  static boolean decides(Snapshot snapshot) {
    return snapshot.configuration().tracing().enabled();
  }

  private record Key(String rule, Reason reason, boolean sampled) {
    static Key of(DecisionCount d) {
      return new Key(d.rule(), d.reason(), d.sampled());
    }
  }
}
