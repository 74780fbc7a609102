package dev.headwater.gateway.report;

import java.util.List;
import java.util.function.Consumer;
import zipkin2.Span;
import zipkin2.codec.SpanBytesDecoder;
import zipkin2.reporter.Encoding;

/**
 * Delivers to the embedded store, in process. The spans take the way over PROTO3 like those for a
 * collector, so that what the store shows is what a collector would.
 */
final class StoreDelivery implements Delivery {
  private static final int MAX_BYTES = 256 * 1024;

  private final Consumer<List<Span>> store;
  private final SpanCounts counts;
  private final FaultLog faults;

  /**
   * A delivery to this store.
   *
   * @param store may block; called on the sink's thread
   */
  StoreDelivery(Consumer<List<Span>> store, SpanCounts counts, FaultLog faults) {
    this.store = store;
    this.counts = counts;
    this.faults = faults;
  }

  @Override
  public Encoding encoding() {
    return Encoding.PROTO3;
  }

  @Override
  public int maxBytes() {
    return MAX_BYTES;
  }

  @Override
  public void deliver(Message message, DeliveryDeadline deadline) {
    List<byte[]> spans = message.spans();
    try {
      store.accept(SpanBytesDecoder.PROTO3.decodeList(Encoding.PROTO3.encode(spans)));
      counts.add(Outcome.REPORTED, spans.size());
      faults.delivered();
    } catch (RuntimeException refused) {
      counts.add(Outcome.DROPPED_UNAVAILABLE, spans.size());
      faults.fault(String.valueOf(refused.getMessage()));
    }
  }

  @Override
  public void close() {
    // The store belongs to whoever made it.
  }
}
