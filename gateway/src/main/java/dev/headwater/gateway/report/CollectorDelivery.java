package dev.headwater.gateway.report;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import zipkin2.reporter.BytesMessageSender;
import zipkin2.reporter.Encoding;

/**
 * Delivers to a collector, and tries again where that can help: connect errors, no answer in time,
 * 429 (after what Retry-After asks) and 5xx, with growing, jittered waits, until the batch's time
 * is over. 413 halves the batch, and the halves' size is the limit from then on. Any other answer
 * is final. A retry may deliver twice; the span ids are the same.
 */
final class CollectorDelivery implements Delivery {
  /** A limit learned from a 413 does not go below this. */
  private static final int LEAST_MESSAGE_BYTES = 8 * 1024;

  /** A collector cannot ask for a longer wait: spans would only grow old in the queue. */
  private static final Duration LONGEST_RETRY_AFTER = Duration.ofSeconds(30);

  private final BytesMessageSender sender;
  private final SpanCounts counts;
  private final FaultLog faults;
  private final Backoff backoff;
  private final Time time;
  private int maxBytes;

  CollectorDelivery(
      BytesMessageSender sender, SpanCounts counts, FaultLog faults, Backoff backoff, Time time) {
    this.sender = sender;
    this.counts = counts;
    this.faults = faults;
    this.backoff = backoff;
    this.time = time;
    this.maxBytes = sender.messageMaxBytes();
  }

  @Override
  public Encoding encoding() {
    return sender.encoding();
  }

  @Override
  public int maxBytes() {
    return maxBytes;
  }

  @Override
  public void deliver(List<byte[]> spans, DeliveryDeadline deadline) throws InterruptedException {
    if (!settled(spans, deadline)) {
      deliverHalves(spans, deadline);
    }
  }

  /** Sends until the batch has an outcome; false when it has none yet, being too large. */
  private boolean settled(List<byte[]> spans, DeliveryDeadline deadline)
      throws InterruptedException {
    try {
      int failures = 0;
      while (true) {
        long wait;
        try {
          sender.send(spans);
          counts.add(Outcome.REPORTED, spans.size());
          faults.delivered();
          return true;
        } catch (CollectorAnswer answer) {
          if (answer.tooLarge() && spans.size() > 1) {
            return false;
          }
          if (!answer.retryable()) {
            drop(answer, spans);
            return true;
          }
          wait = waitFor(answer, ++failures);
          faults.fault(reason(answer));
        } catch (BreakerOpen leftAlone) {
          wait = leftAlone.nanosLeft();
        } catch (IOException | RuntimeException unreachable) {
          if (Thread.interrupted()) {
            throw new InterruptedException("closing");
          }
          wait = backoff.nanosAfter(++failures);
          faults.fault(reason(unreachable));
        }
        if (!pause(wait, deadline)) {
          counts.add(Outcome.DROPPED_UNAVAILABLE, spans.size());
          return true;
        }
      }
    } catch (InterruptedException closing) {
      counts.add(Outcome.DROPPED_CLOSED, spans.size());
      throw closing;
    }
  }

  private long waitFor(CollectorAnswer answer, int failures) {
    Duration asked = answer.retryAfter();
    if (asked == null) {
      return backoff.nanosAfter(failures);
    }
    Duration granted = asked.compareTo(LONGEST_RETRY_AFTER) < 0 ? asked : LONGEST_RETRY_AFTER;
    return Math.max(granted.toNanos(), backoff.nanosAfter(failures));
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
    int learned = Math.max(LEAST_MESSAGE_BYTES, sender.messageSizeInBytes(spans) / 2);
    maxBytes = Math.min(maxBytes, learned);
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

  private void drop(CollectorAnswer answer, List<byte[]> spans) {
    Outcome outcome = answer.tooLarge() ? Outcome.DROPPED_TOO_LARGE : Outcome.DROPPED_REJECTED;
    counts.add(outcome, spans.size());
    faults.fault(reason(answer));
  }

  private static String reason(Exception e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  @Override
  public void close() {
    try {
      sender.close();
    } catch (IOException e) {
      faults.fault("closing the sender: " + reason(e));
    }
  }
}
