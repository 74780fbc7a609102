package dev.headwater.gateway.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import zipkin2.reporter.BytesMessageSender;
import zipkin2.reporter.Encoding;

class CollectorDeliveryTest {
  private final FastTime time = new FastTime();
  private final SpanCounts counts = new SpanCounts();
  private final FaultLog faults =
      new FaultLog(LoggerFactory.getLogger(CollectorDeliveryTest.class), "test", counts, time);
  private final ScriptedSender sender = new ScriptedSender();
  private final CollectorDelivery delivery =
      new CollectorDelivery(
          new CollectorAttempts(
              sender,
              counts,
              faults,
              new Backoff(
                  Duration.ofMillis(100), Duration.ofMillis(1_500), new SplittableRandom(1))),
          counts,
          time);

  @Test
  void batch_isReported_onFirstSuccess() throws Exception {
    deliver(3);
    assertThat(counts.get(Outcome.REPORTED)).isEqualTo(3);
    assertThat(time.pausesMillis()).isEmpty();
  }

  @Test
  void connectError_429And5xx_areTriedAgain() throws Exception {
    sender.failures.add(new IOException("connection refused"));
    sender.failures.add(new CollectorAnswer(503, null, ""));
    sender.failures.add(new CollectorAnswer(429, null, ""));
    sender.failures.add(new CollectorAnswer(500, null, ""));
    deliver(2);
    assertThat(counts.get(Outcome.REPORTED)).isEqualTo(2);
    assertThat(sender.sizes).containsExactly(2, 2, 2, 2, 2);
    assertThat(time.pausesMillis()).hasSize(4).isSorted();
    assertThat(faults.present()).isNull();
  }

  @Test
  void retryAfter_isWaitedFor() throws Exception {
    sender.failures.add(new CollectorAnswer(429, Duration.ofSeconds(7), ""));
    deliver(1);
    assertThat(time.pausesMillis()).containsExactly(7_000L);
    assertThat(counts.get(Outcome.REPORTED)).isEqualTo(1);
  }

  @Test
  void retryAfter_isBounded() throws Exception {
    sender.failures.add(new CollectorAnswer(503, Duration.ofHours(5), ""));
    deliver(1);
    assertThat(time.pausesMillis()).containsExactly(30_000L);
  }

  @Test
  void otherRefusals_areFinal() throws Exception {
    for (int status : new int[] {400, 401, 404, 415, 302}) {
      sender.failures.add(new CollectorAnswer(status, null, "no"));
      deliver(2);
    }
    assertThat(counts.get(Outcome.DROPPED_REJECTED)).isEqualTo(10);
    assertThat(sender.sizes).hasSize(5);
    assertThat(faults.present()).isEqualTo("status 302: no");
  }

  @Test
  void tooLarge_halvesUntilItFits_andRemembersTheSize() throws Exception {
    sender.limit = 2;
    deliver(8);
    assertThat(counts.get(Outcome.REPORTED)).isEqualTo(8);
    assertThat(sender.sizes).containsExactly(8, 4, 2, 2, 4, 2, 2);
    assertThat(delivery.maxBytes()).isLessThan(500_000);
  }

  @Test
  void tooLarge_alone_isDropped() throws Exception {
    sender.limit = 0;
    deliver(2);
    assertThat(counts.get(Outcome.DROPPED_TOO_LARGE)).isEqualTo(2);
    assertThat(counts.dropped()).isEqualTo(2);
  }

  @Test
  void batch_isGivenUp_whenItsTimeIsOver() throws Exception {
    sender.alwaysFails = true;
    long start = time.nanos();
    deliver(4);
    assertThat(counts.get(Outcome.DROPPED_UNAVAILABLE)).isEqualTo(4);
    assertThat(time.nanos() - start).isEqualTo(TimeUnit.SECONDS.toNanos(60));
    assertThat(sender.sizes.size()).isBetween(40, 90);
  }

  @Test
  void closing_countsWhatIsInHand_once() {
    sender.failures.add(new CollectorAnswer(413, null, ""));
    sender.alwaysFails = true;
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> deliver(4)).isInstanceOf(InterruptedException.class);
    assertThat(counts.get(Outcome.DROPPED_CLOSED)).isEqualTo(4);
    assertThat(counts.dropped()).isEqualTo(4);
  }

  private void deliver(int spans) throws InterruptedException {
    long giveUpAt = time.nanos() + TimeUnit.SECONDS.toNanos(60);
    Message message =
        new Message(Collections.nCopies(spans, new byte[10_000]), time.nanos(), time.epochMicros());
    delivery.deliver(message, now -> giveUpAt - now);
  }

  /** Fails as told, then takes everything up to its limit. */
  private static final class ScriptedSender extends BytesMessageSender.Base {
    final Deque<IOException> failures = new ArrayDeque<>();
    final List<Integer> sizes = new ArrayList<>();
    int limit = Integer.MAX_VALUE;
    boolean alwaysFails;

    ScriptedSender() {
      super(Encoding.PROTO3);
    }

    @Override
    public int messageMaxBytes() {
      return 500_000;
    }

    @Override
    public void send(List<byte[]> spans) throws IOException {
      sizes.add(spans.size());
      if (spans.size() > limit) {
        throw new CollectorAnswer(413, null, "");
      }
      IOException failure = failures.poll();
      if (failure != null) {
        throw failure;
      }
      if (alwaysFails) {
        throw new IOException("refused");
      }
    }

    @Override
    public void close() {}
  }
}
