package dev.headwater.gateway.report;

import brave.handler.MutableSpan;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Somewhere spans go. Each sink has its own hand-over, thread and counts, so that one that is down
 * or slow neither delays nor costs another a span.
 */
interface Sink extends AutoCloseable {
  /**
   * Hands a finished span over; never blocks and never throws. From any thread. Nobody may change
   * the span afterwards.
   */
  void offer(MutableSpan span);

  /** Delivers what was offered so far; completes when that is done, or after the time given. */
  CompletionStage<Void> flush(Duration within);

  /** The counts at this moment. From any thread. */
  SinkView view();

  /** Stops; what is undelivered is counted as such. Blocks until the sink's thread has ended. */
  @Override
  void close();
}
