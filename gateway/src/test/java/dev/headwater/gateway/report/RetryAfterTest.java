package dev.headwater.gateway.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class RetryAfterTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-21T12:00:00Z"), ZoneOffset.UTC);

  @Test
  void seconds_areRead() {
    assertThat(RetryAfter.parse(" 7 ", CLOCK)).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void date_isReadAsTheTimeUntilThen() {
    assertThat(RetryAfter.parse("Sat, 21 Nov 2026 12:00:30 GMT", CLOCK))
        .isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void date_thatHasPassed_isNoWait() {
    assertThat(RetryAfter.parse("Sat, 21 Nov 2026 11:00:00 GMT", CLOCK)).isEqualTo(Duration.ZERO);
  }

  @Test
  void value_thatCannotBeRead_isIgnored() {
    for (String value : new String[] {"", "-1", "1.5", "soon", "99999999999999999999", "٣"}) {
      assertThat(RetryAfter.parse(value, CLOCK)).as(value).isNull();
    }
    assertThat(RetryAfter.parse(null, CLOCK)).isNull();
  }

  @Test
  void text_isCutToOnePrintableLine() {
    assertThat(RetryAfter.firstLine("\nnot \u001b[31mJSON\nsecond")).isEqualTo("not  [31mJSON");
    assertThat(RetryAfter.firstLine("x".repeat(1_000))).hasSize(203);
    assertThat(RetryAfter.firstLine("")).isEmpty();
  }
}
