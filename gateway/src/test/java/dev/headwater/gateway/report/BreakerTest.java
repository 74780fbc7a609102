package dev.headwater.gateway.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.routes.SinkLimits;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import zipkin2.reporter.BytesMessageSender;
import zipkin2.reporter.Encoding;

class BreakerTest {
  private static final long PAUSE_MILLIS = 1_000;

  private final FastTime time = new FastTime();
  private final SinkEvents events = new SinkEvents();
  private final Breaker breaker =
      new Breaker(
          new SinkLimits.Breaker(3, Duration.ofMillis(PAUSE_MILLIS)),
          time,
          events,
          new SplittableRandom(1));
  private final Scripted collector = new Scripted();
  private final BreakerSender sender = new BreakerSender(collector, breaker);

  @Test
  void failuresInARow_open_andNothingIsTriedUntilThePauseIsOver() {
    failThreeTimes();
    assertThat(breaker.isOpen()).isTrue();
    assertThat(events.openings()).isEqualTo(1);
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(this::send)
          .isInstanceOfSatisfying(
              BreakerOpen.class,
              open ->
                  assertThat(TimeUnit.NANOSECONDS.toMillis(open.nanosLeft()))
                      .isBetween(PAUSE_MILLIS / 2 - 1, PAUSE_MILLIS));
    }
    assertThat(collector.calls).isEqualTo(3);
  }

  @Test
  void afterThePause_oneTryPasses_andASuccessCloses() throws Exception {
    failThreeTimes();
    time.advanceMillis(PAUSE_MILLIS);
    assertThat(breaker.admit()).isZero();
    assertThat(breaker.admit()).as("a second try beside the probe").isPositive();
    breaker.answered();
    assertThat(breaker.isOpen()).isFalse();
    send();
    assertThat(collector.calls).isEqualTo(4);
  }

  @Test
  void afterThePause_aFailureOpensAgain_atOnce() {
    failThreeTimes();
    time.advanceMillis(PAUSE_MILLIS);
    collector.outcomes.add(new CollectorAnswer(503, null, ""));
    assertThatThrownBy(this::send).isInstanceOf(CollectorAnswer.class);
    assertThatThrownBy(this::send).isInstanceOf(BreakerOpen.class);
    assertThat(events.openings()).as("still the same outage").isEqualTo(1);
  }

  @Test
  void probeThatIsStopped_leavesRoomForAnother() {
    failThreeTimes();
    time.advanceMillis(PAUSE_MILLIS);
    collector.outcomes.add(new InterruptedIOException("closing"));
    assertThatThrownBy(this::send).isInstanceOf(InterruptedIOException.class);
    assertThat(breaker.admit()).isZero();
  }

  @Test
  void refusals_areAnswers_andBreakTheRow() {
    for (IOException next :
        List.of(
            new IOException("refused"),
            new CollectorAnswer(500, null, ""),
            new CollectorAnswer(429, null, ""),
            new IOException("refused"),
            new IOException("refused"),
            new CollectorAnswer(400, null, ""),
            new IOException("refused"))) {
      collector.outcomes.add(next);
      assertThatThrownBy(this::send).isSameAs(next);
    }
    assertThat(breaker.isOpen()).isFalse();
  }

  private void failThreeTimes() {
    for (int i = 0; i < 3; i++) {
      collector.outcomes.add(new IOException("refused"));
      assertThatThrownBy(this::send).hasMessage("refused");
    }
  }

  private void send() throws IOException {
    sender.send(List.of(new byte[1]));
  }

  /** Fails as told, then takes everything. */
  private static final class Scripted extends BytesMessageSender.Base {
    final Deque<IOException> outcomes = new ArrayDeque<>();
    int calls;

    Scripted() {
      super(Encoding.PROTO3);
    }

    @Override
    public int messageMaxBytes() {
      return 500_000;
    }

    @Override
    public void send(List<byte[]> spans) throws IOException {
      calls++;
      IOException next = outcomes.poll();
      if (next != null) {
        throw next;
      }
    }

    @Override
    public void close() {}
  }
}
