package dev.headwater.gateway.report;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many spans of one sink had which outcome.
 *
 * <p>Safe for use from any thread. The hand-over counts only drops here, so a span that is accepted
 * costs its loop no counter.
 */
final class SpanCounts {
  private final Map<Outcome, LongAdder> counts = new EnumMap<>(Outcome.class);

  SpanCounts() {
    for (Outcome outcome : Outcome.values()) {
      counts.put(outcome, new LongAdder());
    }
  }

  void add(Outcome outcome, long spans) {
    adder(outcome).add(spans);
  }

  long get(Outcome outcome) {
    return adder(outcome).sum();
  }

  long dropped() {
    long dropped = 0;
    for (Map.Entry<Outcome, LongAdder> e : counts.entrySet()) {
      if (e.getKey() != Outcome.REPORTED) {
        dropped += e.getValue().sum();
      }
    }
    return dropped;
  }

  Map<Outcome, Long> view() {
    Map<Outcome, Long> view = new EnumMap<>(Outcome.class);
    counts.forEach((outcome, adder) -> view.put(outcome, adder.sum()));
    return view;
  }

  private LongAdder adder(Outcome outcome) {
    LongAdder adder = counts.get(outcome);
    if (adder == null) {
      throw new IllegalStateException("outcome " + outcome + " has no counter");
    }
    return adder;
  }
}
