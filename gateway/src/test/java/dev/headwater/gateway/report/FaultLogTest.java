package dev.headwater.gateway.report;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultLogTest {
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final FastTime time = new FastTime();
  private final SpanCounts counts = new SpanCounts();
  private final Logger logger = new LoggerContext().getLogger("report");
  private final FaultLog log = new FaultLog(logger, "zipkin:9411", counts, time);

  @BeforeEach
  void capture() {
    lines.start();
    logger.addAppender(lines);
  }

  @Test
  void fault_isLoggedOnce_thenOnceAMinuteWithCounts() {
    for (int i = 0; i < 150; i++) {
      counts.add(Outcome.DROPPED_UNAVAILABLE, 2);
      log.fault("refused");
      time.advanceMillis(1_000);
    }
    assertThat(messages(Level.WARN))
        .containsExactly(
            "spans do not reach zipkin:9411: refused (2 dropped since the last such line, 2 in all;"
                + " requests are not affected)",
            "spans do not reach zipkin:9411: refused (120 dropped since the last such line, 122 in"
                + " all; requests are not affected)",
            "spans do not reach zipkin:9411: refused (120 dropped since the last such line, 242 in"
                + " all; requests are not affected)");
  }

  @Test
  void recovery_isLoggedOnce() {
    log.delivered();
    log.fault("refused");
    log.delivered();
    log.delivered();
    assertThat(messages(Level.INFO))
        .containsExactly("spans reach zipkin:9411 again, after: refused");
    assertThat(log.present()).isNull();
  }

  @Test
  void flapping_doesNotFillTheLog() {
    for (int i = 0; i < 600; i++) {
      log.fault("status 503");
      log.delivered();
      time.advanceMillis(100);
    }
    assertThat(lines.list).hasSizeLessThanOrEqualTo(4);
  }

  private List<String> messages(Level level) {
    return lines.list.stream()
        .filter(e -> e.getLevel() == level)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }
}
