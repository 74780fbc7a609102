package dev.headwater.gateway.metrics;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.HistogramIterationValue;
import org.jspecify.annotations.Nullable;

/**
 * Durations of one series since the start, in the fixed buckets of {@link LatencyBounds}.
 *
 * <p>Buckets are filled from the interval's finer histogram by the middle of each of its cells, so
 * a duration within one percent of a bound may count on its other side; the sum is exact. Confined
 * to the merging thread.
 */
final class LatencyTotals {
  private final long[] counts = new long[LatencyBounds.count()];
  private final @Nullable Exemplar[] exemplars = new Exemplar[LatencyBounds.count()];
  private double sumSeconds;

  void add(LatencyInterval interval, long epochMillis) {
    for (HistogramIterationValue cell : interval.micros().recordedValues()) {
      long middle = interval.micros().medianEquivalentValue(cell.getValueIteratedTo());
      counts[LatencyBounds.indexOf(middle)] += cell.getCountAtValueIteratedTo();
    }
    sumSeconds += interval.sumNanos() / 1e9;
    for (int i = 0; i < exemplars.length; i++) {
      String traceId = interval.traceIdAt(i);
      if (traceId != null) {
        exemplars[i] = new Exemplar(traceId, interval.traceMicrosAt(i) / 1e6, epochMillis);
      }
    }
  }

  long count() {
    long total = 0;
    for (long c : counts) {
      total += c;
    }
    return total;
  }

  LatencyView view() {
    List<Exemplar> kept = new ArrayList<>();
    for (Exemplar e : exemplars) {
      if (e != null) {
        kept.add(e);
      }
    }
    return new LatencyView(
        new BucketView(LatencyBounds.seconds(), counts.clone(), sumSeconds), kept);
  }
}
