package dev.headwater.gateway.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gathers samples by metric name into the model that the formats are written from. */
final class SnapshotBuilder implements Samples {
  private final Map<String, Family<CounterDataPointSnapshot>> counters = new LinkedHashMap<>();
  private final Map<String, Family<GaugeDataPointSnapshot>> gauges = new LinkedHashMap<>();
  private final Map<String, Family<InfoDataPointSnapshot>> infos = new LinkedHashMap<>();
  private final Map<String, Family<HistogramDataPointSnapshot>> histograms = new LinkedHashMap<>();

  @Override
  public void counter(String name, String help, double value, String... labels) {
    add(
        family(counters, name, help),
        Labels.of(labels),
        CounterDataPointSnapshot.builder().value(value).labels(Labels.of(labels)).build());
  }

  @Override
  public void gauge(String name, String help, double value, String... labels) {
    add(
        family(gauges, name, help),
        Labels.of(labels),
        GaugeDataPointSnapshot.builder().value(value).labels(Labels.of(labels)).build());
  }

  @Override
  public void info(String name, String help, String... labels) {
    add(
        family(infos, name, help),
        Labels.of(labels),
        InfoDataPointSnapshot.builder().labels(Labels.of(labels)).build());
  }

  void histogram(String name, String help, BucketView buckets, String... labels) {
    histogram(name, help, new LatencyView(buckets, List.of()), labels);
  }

  void histogram(String name, String help, LatencyView latency, String... labels) {
    BucketView buckets = latency.seconds();
    add(
        family(histograms, name, help),
        Labels.of(labels),
        HistogramDataPointSnapshot.builder()
            .classicHistogramBuckets(
                ClassicHistogramBuckets.of(buckets.upperBounds(), buckets.counts()))
            .sum(buckets.sum())
            .labels(Labels.of(labels))
            .exemplars(exemplars(latency.exemplars()))
            .build());
  }

  private static Exemplars exemplars(List<Exemplar> exemplars) {
    return Exemplars.of(
        exemplars.stream()
            .map(
                e ->
                    io.prometheus.metrics.model.snapshots.Exemplar.builder()
                        .value(e.seconds())
                        .labels(Labels.of("trace_id", e.traceId()))
                        .timestampMillis(e.epochMillis())
                        .build())
            .toList());
  }

  private static <P> Family<P> family(Map<String, Family<P>> families, String name, String help) {
    return families.computeIfAbsent(name, n -> new Family<>(help, new LinkedHashMap<>()));
  }

  /** The first of equal series wins: a source that repeats another must not spoil the scrape. */
  private static <P> void add(Family<P> family, Labels labels, P point) {
    family.points.putIfAbsent(labels, point);
  }

  MetricSnapshots build() {
    List<MetricSnapshot> all = new ArrayList<>();
    addTo(all, counters, (meta, points) -> new CounterSnapshot(meta, points));
    addTo(all, gauges, (meta, points) -> new GaugeSnapshot(meta, points));
    addTo(all, infos, (meta, points) -> new InfoSnapshot(meta, points));
    addTo(all, histograms, (meta, points) -> new HistogramSnapshot(meta, points));
    return new MetricSnapshots(all);
  }

  private static <P> void addTo(
      List<MetricSnapshot> all, Map<String, Family<P>> families, Assembler<P> assembler) {
    families.forEach(
        (name, family) ->
            all.add(
                assembler.assemble(
                    new MetricMetadata(name, family.help), List.copyOf(family.points.values()))));
  }

  private interface Assembler<P> {
    MetricSnapshot assemble(MetricMetadata metadata, List<P> points);
  }

  private record Family<P>(String help, Map<Labels, P> points) {}
}
