package dev.headwater.gateway.report;

import java.util.concurrent.TimeUnit;
import zipkin2.reporter.Encoding;

/**
 * The last step of a sink: takes encoded spans to where they belong, and counts each of them. Used
 * by the sink's thread alone, but for what says otherwise.
 */
interface Delivery extends AutoCloseable {
  /** How the spans of a batch are encoded. */
  Encoding encoding();

  /** The largest batch, encoded as one message, in bytes. May shrink. */
  int maxBytes();

  /** How long a batch may wait for company, in nanoseconds. */
  default long lingerNanos() {
    return TimeUnit.SECONDS.toNanos(1);
  }

  /** Whether a message would be taken now; otherwise spans wait in the hand-over. */
  default boolean accepts() {
    return true;
  }

  /**
   * Takes a message. When this returns every span of it has an outcome, or is {@link #held}. May
   * block.
   *
   * @param deadline how long may be tried
   * @throws InterruptedException when the sink is being closed
   */
  void deliver(Message message, DeliveryDeadline deadline) throws InterruptedException;

  /**
   * Does what is due; returns in how many nanoseconds it wants to be called again at the latest.
   */
  default long tend() {
    return Long.MAX_VALUE;
  }

  /** What was taken and has no outcome yet. From any thread. */
  default Held held() {
    return Held.NOTHING;
  }

  /** Whether waiting longer for a flush would change nothing. */
  default boolean settled() {
    return true;
  }

  /** Whether what is delivered while the sink is closed outlives the process. */
  default boolean keeps() {
    return false;
  }

  /** Ends; what is held and cannot be kept is counted as dropped. */
  @Override
  void close();
}
