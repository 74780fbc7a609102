package dev.headwater.gateway.report;

import java.util.List;
import zipkin2.reporter.Encoding;

/**
 * Delivers to a collector from memory alone: a message is tried until it is settled or its time is
 * over, and everything behind it waits. A retry may deliver twice; the span ids are the same.
 */
final class CollectorDelivery implements Delivery {
  private final CollectorAttempts attempts;
  private final SpanCounts counts;
  private final Time time;

  CollectorDelivery(CollectorAttempts attempts, SpanCounts counts, Time time) {
    this.attempts = attempts;
    this.counts = counts;
    this.time = time;
  }

  @Override
  public Encoding encoding() {
    return attempts.encoding();
  }

  @Override
  public int maxBytes() {
    return attempts.maxBytes();
  }

  @Override
  public void deliver(Message message, DeliveryDeadline deadline) throws InterruptedException {
    attempts.forgetFailures();
    deliver(message.spans(), deadline);
  }

  private void deliver(List<byte[]> spans, DeliveryDeadline deadline) throws InterruptedException {
    if (!settled(spans, deadline)) {
      deliverHalves(spans, deadline);
    }
  }

  /** Sends until the spans have an outcome; false when they have none yet, being too many. */
  private boolean settled(List<byte[]> spans, DeliveryDeadline deadline)
      throws InterruptedException {
    try {
      while (true) {
        Attempt attempt = attempts.send(spans);
        if (!(attempt instanceof Attempt.Again again)) {
          return attempt instanceof Attempt.Settled;
        }
        if (!pause(again.waitNanos(), deadline)) {
          counts.add(Outcome.DROPPED_UNAVAILABLE, spans.size());
          return true;
        }
      }
    } catch (InterruptedException closing) {
      counts.add(Outcome.DROPPED_CLOSED, spans.size());
      throw closing;
    }
  }

  /** Waits; false when the deadline leaves no time for another try. */
  private boolean pause(long wait, DeliveryDeadline deadline) throws InterruptedException {
    long until = time.nanos() + wait;
    while (true) {
      long now = time.nanos();
      long left = deadline.remaining(now);
      if (left <= 0) {
        return false;
      }
      if (until - now <= 0) {
        return true;
      }
      time.pause(Math.min(until - now, left));
    }
  }

  private void deliverHalves(List<byte[]> spans, DeliveryDeadline deadline)
      throws InterruptedException {
    int half = spans.size() / 2;
    List<byte[]> second = spans.subList(half, spans.size());
    try {
      deliver(spans.subList(0, half), deadline);
    } catch (InterruptedException closing) {
      counts.add(Outcome.DROPPED_CLOSED, second.size());
      throw closing;
    }
    deliver(second, deadline);
  }

  @Override
  public void close() {
    attempts.close();
  }
}
