package dev.headwater.gateway.report;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One sink at one moment.
 *
 * @param sink its name: the collector's host and port, with its path when unusual, or {@code store}
 * @param outcomes spans by what became of them, since the start
 * @param queuedSpans handed over and not yet delivered or dropped, in memory
 * @param queuedBytes of those, estimated
 * @param oldestAgeSeconds since the end of the oldest in memory or spool, 0 without any
 * @param fault why delivery fails at present, or null
 * @param health how the way to it stands
 * @param spool what waits on disk, or null when the sink has no spool
 */
public record SinkView(
    String sink,
    Map<Outcome, Long> outcomes,
    long queuedSpans,
    long queuedBytes,
    double oldestAgeSeconds,
    @Nullable String fault,
    SinkHealth health,
    @Nullable SpoolView spool) {
  public SinkView {
    outcomes = Map.copyOf(outcomes);
  }

  /** The view of a sink in good health, without a spool. */
  public SinkView(
      String sink,
      Map<Outcome, Long> outcomes,
      long queuedSpans,
      long queuedBytes,
      double oldestAgeSeconds,
      @Nullable String fault) {
    this(sink, outcomes, queuedSpans, queuedBytes, oldestAgeSeconds, fault, SinkHealth.GOOD, null);
  }

  /** This view with what stands beside the spans. */
  SinkView with(SinkHealth other) {
    return new SinkView(
        sink, outcomes, queuedSpans, queuedBytes, oldestAgeSeconds, fault, other, spool);
  }

  /** This view with what another of its name holds and has counted. */
  SinkView plus(SinkView other) {
    SinkView sum = plus(other.outcomes);
    return new SinkView(
        sink,
        sum.outcomes,
        queuedSpans + other.queuedSpans,
        queuedBytes + other.queuedBytes,
        Math.max(oldestAgeSeconds, other.oldestAgeSeconds),
        fault,
        health,
        spool);
  }

  /** This view with further counts. */
  SinkView plus(Map<Outcome, Long> others) {
    if (others.isEmpty()) {
      return this;
    }
    Map<Outcome, Long> sum = new EnumMap<>(Outcome.class);
    sum.putAll(outcomes);
    others.forEach((outcome, spans) -> sum.merge(outcome, spans, Long::sum));
    return new SinkView(
        sink, sum, queuedSpans, queuedBytes, oldestAgeSeconds, fault, health, spool);
  }

  /** Spans the sink took. */
  public long reported() {
    return outcomes.getOrDefault(Outcome.REPORTED, 0L);
  }

  /** Spans that will never arrive. */
  public long dropped() {
    return outcomes.values().stream().mapToLong(Long::longValue).sum() - reported();
  }
}
