package dev.headwater.routes.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.SinkPolicy;
import dev.headwater.routes.SpoolPolicy;
import dev.headwater.routes.SpoolPolicy.Sync;
import dev.headwater.routes.document.Problem;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpoolKeysTest {
  private static final ConfigurationFiles BESIDE =
      new ConfigurationFiles() {
        @Override
        public String resolve(String written) {
          return "/etc/" + written;
        }

        @Override
        public String read(String written) throws IOException {
          throw new IOException("no such file");
        }
      };

  @Test
  void defaults_areSafeAndBounded_andTheDirectoryIsBesideTheFile() {
    assertThat(spool("directory: spool"))
        .isEqualTo(new SpoolPolicy("/etc/spool", 64L << 20, Sync.NEVER, 10_000));
  }

  @Test
  void everyKey_isRead() {
    assertThat(spool("directory: s, maxBytes: 2GiB, sync: always, replayPerSecond: 500"))
        .isEqualTo(new SpoolPolicy("/etc/s", 2L << 30, Sync.ALWAYS, 500));
  }

  @Test
  void withoutASpool_thereIsNone() {
    Loaded loaded = load("tracing: {report: [{zipkin: \"http://a\"}]}");
    assertThat(loaded.configuration().orElseThrow().tracing().report())
        .extracting(SinkPolicy::spool)
        .containsOnlyNulls();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | spool.directory: missing (expected 1 to 4096 characters)",
        "{directory: s, maxBytes: 1KiB} | spool.maxBytes: 1KiB (expected 1MiB to 1024GiB)",
        "{directory: s, sync: fsync} | spool.sync: fsync (expected never, interval or always)",
        "{directory: s, replayPerSecond: 5} | spool.replayPerSecond: 5 (expected 100 to 10000000)",
        "{directory: s, maxByte: 64MiB} | spool.maxByte: unknown key",
      })
  void fault_isOneProblem(String spool, String expected) {
    assertThat(problems("tracing: {report: [{zipkin: \"http://a\", spool: " + spool + "}]}"))
        .singleElement()
        .asString()
        .startsWith("tracing.report[0]." + expected);
  }

  @Test
  void directoryOfTwoSinks_isRefused() {
    String yaml =
        "tracing: {report: [{zipkin: \"http://a\", spool: {directory: s}},"
            + " {zipkin: \"http://b\", spool: {directory: s}}]}";
    assertThat(problems(yaml))
        .singleElement()
        .asString()
        .startsWith(
            "tracing.report: two spools in s (expected a directory for each sink: a spool belongs"
                + " to one alone)");
  }

  private static SpoolPolicy spool(String keys) {
    Loaded loaded = load("tracing: {report: [{zipkin: \"http://a\", spool: {" + keys + "}}]}");
    assertThat(loaded.problems()).isEmpty();
    return loaded.configuration().orElseThrow().tracing().report().get(0).spool();
  }

  private static List<Problem> problems(String yaml) {
    return load(yaml).problems();
  }

  private static Loaded load(String yaml) {
    return ConfigurationLoader.load(
        new ConfigurationInput(yaml, "f.yaml", Map.of(), List.of(), BESIDE));
  }
}
