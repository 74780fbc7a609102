package dev.headwater.gateway.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import zipkin2.reporter.brave.MutableSpanBytesEncoder;

class SpanQueueTest {
  @Test
  void offer_beyondTheSpanBound_dropsTheNewest() {
    SpanQueue queue = new SpanQueue(4, 1 << 20);
    for (int i = 1; i <= 4; i++) {
      assertThat(queue.offer(Spans.span(i))).isNull();
    }
    assertThat(queue.offer(Spans.span(5))).isEqualTo(Outcome.DROPPED_QUEUE_SPANS);
    assertThat(queue.poll().id()).isEqualTo("0000000000000001");
    assertThat(queue.spans()).isEqualTo(3);
  }

  @Test
  void offer_beyondTheByteBound_dropsTheNewestAndKeepsTheCount() {
    SpanQueue queue = new SpanQueue(1_024, 1_000);
    assertThat(queue.offer(Spans.large(1, 500))).isNull();
    long before = queue.bytes();
    assertThat(queue.offer(Spans.large(2, 500))).isEqualTo(Outcome.DROPPED_QUEUE_BYTES);
    assertThat(queue.bytes()).isEqualTo(before);
    assertThat(queue.offer(Spans.span(3))).isNull();
  }

  @Test
  void bytes_returnToZero_whenAllIsTaken() {
    SpanQueue queue = new SpanQueue(16, 1 << 20);
    queue.offer(Spans.span(1));
    queue.offer(Spans.large(2, 100));
    assertThat(queue.poll()).isNotNull();
    assertThat(queue.poll()).isNotNull();
    assertThat(queue.poll()).isNull();
    assertThat(queue.bytes()).isZero();
  }

  @Test
  void estimate_isNearTheEncodedSize() {
    SpanQueue queue = new SpanQueue(16, 1 << 20);
    var span = Spans.large(1, 300);
    span.annotate(1_700_000_000_000_500L, "connect");
    queue.offer(span);
    int encoded = MutableSpanBytesEncoder.PROTO3.sizeInBytes(span);
    assertThat(queue.bytes()).isBetween((long) (encoded * 0.85), (long) (encoded * 1.25));
  }

  @Test
  void offers_fromManyThreads_areAllAccountedFor() throws Exception {
    SpanQueue queue = new SpanQueue(1_024, 1 << 20);
    AtomicInteger dropped = new AtomicInteger();
    AtomicInteger polled = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(4);
    for (int t = 0; t < 4; t++) {
      new Thread(
              () -> {
                for (int i = 1; i <= 5_000; i++) {
                  if (queue.offer(Spans.span(i)) != null) {
                    dropped.incrementAndGet();
                  }
                }
                done.countDown();
              })
          .start();
    }
    while (done.getCount() > 0) {
      if (queue.poll() != null) {
        polled.incrementAndGet();
      }
    }
    while (queue.poll() != null) {
      polled.incrementAndGet();
    }
    assertThat(polled.get() + dropped.get()).isEqualTo(20_000);
    assertThat(queue.bytes()).isZero();
  }
}
