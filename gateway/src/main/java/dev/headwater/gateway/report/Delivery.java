package dev.headwater.gateway.report;

import java.util.List;
import zipkin2.reporter.Encoding;

/** The last step of a sink: takes encoded spans to where they belong, and counts each of them. */
interface Delivery extends AutoCloseable {
  /** How the spans of a batch are encoded. */
  Encoding encoding();

  /** The largest batch, encoded as one message, in bytes. May shrink. */
  int maxBytes();

  /**
   * Delivers a batch or gives it up; every span has an outcome when this returns. May block, on the
   * sink's thread only.
   *
   * @param spans each encoded alone
   * @param deadline how long may be tried
   * @throws InterruptedException when the sink is being closed
   */
  void deliver(List<byte[]> spans, DeliveryDeadline deadline) throws InterruptedException;

  @Override
  void close();
}
