package dev.headwater.gateway.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FromFilesTest {
  @TempDir Path directory;

  private final FastTime time = new FastTime();
  private final SinkEvents events = new SinkEvents();
  private final AtomicInteger made = new AtomicInteger();
  private Path file;
  private FromFiles<String> value;

  @BeforeEach
  void files() {
    file = directory.resolve("token");
    value = new FromFiles<>(List.of(file.toString()), this::make, time, events);
  }

  @Test
  void value_isMadeOnce_whileTheFileSaysTheSame() throws Exception {
    Files.writeString(file, "one");
    for (int i = 0; i < 5; i++) {
      assertThat(value.get()).isEqualTo("ONE");
      time.advanceMillis(11_000);
    }
    assertThat(made.get()).isEqualTo(1);
  }

  @Test
  void change_isSeenWithinTenSeconds_andNotLookedForBefore() throws Exception {
    Files.writeString(file, "one");
    value.get();
    Files.writeString(file, "two");
    time.advanceMillis(9_999);
    assertThat(value.get()).isEqualTo("ONE");
    time.advanceMillis(1);
    assertThat(value.get()).isEqualTo("TWO");
  }

  @Test
  void renewed_looksAtOnce() throws Exception {
    Files.writeString(file, "one");
    value.get();
    assertThat(value.renewed()).isFalse();
    Files.writeString(file, "two");
    assertThat(value.renewed()).isTrue();
    assertThat(value.get()).isEqualTo("TWO");
  }

  @Test
  void fileThatIsGoneOrBad_isCounted_andTheLastGoodValueStays() throws Exception {
    Files.writeString(file, "one");
    value.get();
    Files.delete(file);
    time.advanceMillis(10_000);
    assertThat(value.get()).isEqualTo("ONE");
    Files.writeString(file, "bad");
    time.advanceMillis(10_000);
    assertThat(value.get()).isEqualTo("ONE");
    assertThat(events.fileFaults()).isEqualTo(2);
    Files.writeString(file, "three");
    time.advanceMillis(10_000);
    assertThat(value.get()).isEqualTo("THREE");
  }

  @Test
  void fileThatNeverWas_isLookedForEachTime_andNamed() throws Exception {
    assertThatThrownBy(value::get)
        .isInstanceOf(IOException.class)
        .hasMessage(file + ": no such file");
    Files.writeString(file, "one");
    assertThat(value.get()).isEqualTo("ONE");
  }

  private String make(List<String> texts) throws IOException {
    made.incrementAndGet();
    if (texts.get(0).equals("bad")) {
      throw new IOException("bad");
    }
    return texts.get(0).toUpperCase(java.util.Locale.ROOT);
  }
}
