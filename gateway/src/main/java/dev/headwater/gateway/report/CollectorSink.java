package dev.headwater.gateway.report;

import brave.handler.MutableSpan;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The sink of one collector as its policy wants it: in front of the queue a limit in spans per
 * second, beside it what happens to files and breaker.
 */
final class CollectorSink implements Sink {
  private final Sink queue;
  private final Gate gate;

  /**
   * What stands before the queue.
   *
   * @param limit or null for none
   */
  record Gate(
      @Nullable SpanRateLimit limit,
      SpanCounts counts,
      SinkEvents events,
      Breaker breaker,
      Time time) {
    boolean admits(MutableSpan span) {
      if (limit == null || limit.admits(span.traceId(), time.nanos())) {
        return true;
      }
      counts.add(Outcome.DROPPED_RATE_LIMITED, 1);
      return false;
    }
  }

  CollectorSink(Sink queue, Gate gate) {
    this.queue = queue;
    this.gate = gate;
  }

  @Override
  public void offer(MutableSpan span) {
    if (gate.admits(span)) {
      queue.offer(span);
    }
  }

  @Override
  public CompletionStage<Void> flush(Duration within) {
    return queue.flush(within);
  }

  @Override
  public SinkView view() {
    return queue
        .view()
        .with(
            new SinkHealth(
                gate.breaker().isOpen(), gate.events().openings(), gate.events().fileFaults()));
  }

  @Override
  public void close() {
    queue.close();
  }
}
