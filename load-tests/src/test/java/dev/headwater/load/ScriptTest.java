package dev.headwater.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.headwater.load.Script.Cut;
import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScriptTest {
  @Test
  void answersOneKilobyteAtOnce_nothingAsked() {
    assertThat(Script.of(query())).isEqualTo(new Script(200, 0, 1024, Cut.NEVER));
  }

  @Test
  void readsEveryKey() {
    MultiMap query = query().add("status", "503").add("delay", "20").add("bytes", "0");

    assertThat(Script.of(query.add("cut", "body"))).isEqualTo(new Script(503, 20, 0, Cut.BODY));
  }

  @ParameterizedTest
  @CsvSource({
    "status, 199, 200 to 599",
    "status, ok, 200 to 599",
    "delay, 60001, 0 to 60000",
    "bytes, -1, 0 to 16777216",
    "bytes, 99999999999, 0 to 16777216",
    "cut, tail, head or body",
    "colour, red, one of",
  })
  void namesKeyAndRange_valueOutOfRange(String key, String value, String expected) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Script.of(query().add(key, value)))
        .withMessageContaining(key)
        .withMessageContaining(expected);
  }

  private static MultiMap query() {
    return MultiMap.caseInsensitiveMultiMap();
  }
}
