package dev.headwater.gateway.report;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import zipkin2.reporter.BytesMessageSender;
import zipkin2.reporter.Encoding;

/**
 * Single tries to send a message, and what each of them means: connect errors, no answer in time,
 * 429 (after what Retry-After asks) and 5xx are tried again after growing, jittered waits; 413
 * halves the message, and the halves' size is the limit from then on; any other answer is final.
 * Counts what is settled. Confined to the thread that sends, but for {@link #failing}.
 */
final class CollectorAttempts {
  private static final Attempt SETTLED = new Attempt.Settled();
  private static final Attempt TOO_LARGE = new Attempt.TooLarge();

  /** A limit learned from a 413 does not go below this. */
  private static final int LEAST_MESSAGE_BYTES = 8 * 1024;

  /** A collector cannot ask for a longer wait: spans would only grow old in the queue. */
  private static final Duration LONGEST_RETRY_AFTER = Duration.ofSeconds(30);

  private final BytesMessageSender sender;
  private final SpanCounts counts;
  private final FaultLog faults;
  private final Backoff backoff;
  private volatile int maxBytes;
  private volatile int failures;

  CollectorAttempts(
      BytesMessageSender sender, SpanCounts counts, FaultLog faults, Backoff backoff) {
    this.sender = sender;
    this.counts = counts;
    this.faults = faults;
    this.backoff = backoff;
    this.maxBytes = sender.messageMaxBytes();
  }

  Encoding encoding() {
    return sender.encoding();
  }

  /** The largest message, in bytes. From any thread. */
  int maxBytes() {
    return maxBytes;
  }

  /** Whether the last try was in vain. From any thread. */
  boolean failing() {
    return failures > 0;
  }

  /**
   * Sends and waits for the answer.
   *
   * @throws InterruptedException when the sink is being closed; nothing is known of the spans then
   */
  Attempt send(List<byte[]> spans) throws InterruptedException {
    try {
      sender.send(spans);
      failures = 0;
      counts.add(Outcome.REPORTED, spans.size());
      faults.delivered();
      return SETTLED;
    } catch (CollectorAnswer answer) {
      return answered(answer, spans);
    } catch (BreakerOpen leftAlone) {
      return new Attempt.Again(leftAlone.nanosLeft());
    } catch (IOException | RuntimeException unreachable) {
      if (Thread.interrupted()) {
        throw new InterruptedException("closing");
      }
      faults.fault(reason(unreachable));
      return new Attempt.Again(nextWait());
    }
  }

  private Attempt answered(CollectorAnswer answer, List<byte[]> spans) {
    if (answer.tooLarge() && spans.size() > 1) {
      int learned = Math.max(LEAST_MESSAGE_BYTES, sender.messageSizeInBytes(spans) / 2);
      maxBytes = Math.min(maxBytes, learned);
      return TOO_LARGE;
    }
    faults.fault(reason(answer));
    if (answer.retryable()) {
      return new Attempt.Again(waitFor(answer));
    }
    failures = 0;
    counts.add(
        answer.tooLarge() ? Outcome.DROPPED_TOO_LARGE : Outcome.DROPPED_REJECTED, spans.size());
    return SETTLED;
  }

  private long waitFor(CollectorAnswer answer) {
    Duration asked = answer.retryAfter();
    if (asked == null) {
      return nextWait();
    }
    Duration granted = asked.compareTo(LONGEST_RETRY_AFTER) < 0 ? asked : LONGEST_RETRY_AFTER;
    return Math.max(granted.toNanos(), nextWait());
  }

  private long nextWait() {
    int now = failures + 1;
    failures = now;
    return backoff.nanosAfter(now);
  }

  /** A batch was given up: the next one starts with short waits again. */
  void forgetFailures() {
    failures = 0;
  }

  void close() {
    try {
      sender.close();
    } catch (IOException e) {
      faults.fault("closing the sender: " + reason(e));
    }
  }

  private static String reason(Exception e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
