package dev.headwater.routes.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NginxUnitsTest {
  @ParameterizedTest
  @CsvSource({
    "60, 60000",
    "60s, 60000",
    "' 240s ', 240000",
    "500ms, 500",
    "1m, 60000",
    "1h 30m, 5400000",
    "1h30m, 5400000",
    "1d, 86400000",
    "1w, 604800000",
    "0, 0",
  })
  void timesAreRead(String text, long millis) {
    assertThat(NginxUnits.time(text)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "s", "-1", "1.5s", "1y", "99999999999", "1 2x"})
  void anythingElseIsNoTime(String text) {
    assertThat(NginxUnits.time(text)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "100, 100", "8k, 8192", "8K, 8192", "1m, 1048576", "2g, 2147483648"})
  void sizesAreRead(String text, long bytes) {
    assertThat(NginxUnits.bytes(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "k", "-1", "1.5m", "1mb", "1t", "9999999999999"})
  void anythingElseIsNoSize(String text) {
    assertThat(NginxUnits.bytes(text)).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "1.01", "2", "1e-1", "0x1", "NaN", "-0.1", "0,5", "50%"})
  void anythingElseIsNoShare(String text) {
    assertThat(NginxUnits.fraction(text)).isNull();
  }
}
