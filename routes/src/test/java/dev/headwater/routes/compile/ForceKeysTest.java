package dev.headwater.routes.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.document.Problem;
import dev.headwater.sampling.force.ForceKey;
import dev.headwater.sampling.force.ForcePolicy;
import dev.headwater.sampling.network.NetworkSet;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForceKeysTest {
  private static final String SECRET = "0123456789abcdef-secret";

  /** Files by their names as written. */
  private record Files(Map<String, String> texts) implements ConfigurationFiles {
    @Override
    public String resolve(String written) {
      return "/etc/" + written;
    }

    @Override
    public String read(String written) throws IOException {
      String text = texts.get(written);
      if (text == null) {
        throw new IOException("no such file");
      }
      return text;
    }
  }

  private static Loaded load(String yaml, Map<String, String> files) {
    return ConfigurationLoader.load(
        new ConfigurationInput(yaml, "f.yaml", Map.of(), List.of(), new Files(files)));
  }

  private static ForcePolicy force(Loaded loaded) {
    assertThat(loaded.problems()).isEmpty();
    return loaded.configuration().orElseThrow().tracing().sampling().force();
  }

  private static String sampling(String force) {
    return "tracing: {sampling: {force: {" + force + "}}}";
  }

  @Test
  void everyKey_isRead_andTheSecretWithoutItsLineEnd() {
    String yaml =
        sampling(
            "header: X-Force, networks: [192.0.2.0/24], keyFile: force.key, perSecond: 7,"
                + " as: debug");
    Loaded loaded = load(yaml, Map.of("force.key", SECRET + "\n"));
    assertThat(force(loaded))
        .isEqualTo(
            new ForcePolicy(
                "x-force",
                NetworkSet.of(List.of("192.0.2.0/24")),
                ForceKey.of(SECRET),
                7,
                ForcePolicy.As.DEBUG));
    assertThat(loaded.files()).containsExactly("/etc/force.key");
  }

  @Test
  void defaults_areThoseOfThePolicy() {
    ForcePolicy force = force(load(sampling("networks: [192.0.2.7]"), Map.of()));
    assertThat(force.header()).isEqualTo("headwater-force");
    assertThat(force.key()).isNull();
    assertThat(force.perSecond()).isEqualTo(5);
    assertThat(force.as()).isEqualTo(ForcePolicy.As.SAMPLED);
    assertThat(force(load("", Map.of()))).isNull();
  }

  @Test
  void samplingFrom_mayNameAKeyFile_besideTheConfiguration() {
    Map<String, String> files =
        Map.of("s.yaml", "rate: 0.5\nforce: {keyFile: force.key}\n", "force.key", SECRET);
    Loaded loaded = load("tracing: {samplingFrom: s.yaml}", files);
    assertThat(force(loaded).key()).isEqualTo(ForceKey.of(SECRET));
    assertThat(loaded.files()).containsExactly("/etc/s.yaml", "/etc/force.key");
  }

  @Test
  void variable_namesTheKeyFileToo() {
    Loaded loaded =
        ConfigurationLoader.load(
            new ConfigurationInput(
                sampling("networks: [192.0.2.7]"),
                "f.yaml",
                Map.of("HEADWATER_TRACING_SAMPLING_FORCE_KEY_FILE", "other.key"),
                List.of(),
                new Files(Map.of("other.key", SECRET))));
    assertThat(force(loaded).key()).isEqualTo(ForceKey.of(SECRET));
  }

  @Test
  void secret_isInNoOutput() {
    Loaded loaded = load(sampling("keyFile: force.key"), Map.of("force.key", SECRET));
    assertThat(loaded.effective().yaml(true)).contains("force.key").doesNotContain(SECRET);
    assertThat(loaded.effective().toString()).doesNotContain(SECRET);
    assertThat(loaded.toString()).contains("force.key").doesNotContain(SECRET);
    Loaded tooShort = load(sampling("keyFile: force.key"), Map.of("force.key", "hush-hush"));
    assertThat(tooShort.toString()).doesNotContain("hush");
  }

  @Test
  void badKeyFile_isNamedAtItsPlace() {
    assertThat(load(sampling("keyFile: none.key"), Map.of()).problems())
        .extracting(Problem::toString)
        .containsExactly(
            "tracing.sampling.force.keyFile: none.key (expected a readable file: no such file)"
                + " at f.yaml:1:39");
    assertThat(load(sampling("keyFile: s.key"), Map.of("s.key", "short\n")).problems())
        .extracting(Problem::toString)
        .containsExactly(
            "tracing.sampling.force.keyFile: s.key (expected a key of 16 to 4096 bytes without"
                + " the line end, not 5) at f.yaml:1:39");
  }

  @Test
  void nobody_isAProblem() {
    assertThat(load(sampling("perSecond: 5"), Map.of()).problems())
        .extracting(Problem::toString)
        .containsExactly(
            "tracing.sampling.force: nobody may force (expected networks or keyFile)"
                + " at f.yaml:1:29");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "header: cookie",
        "header: Host",
        "header: x-b3-sampled",
        "header: X-Forwarded-For",
        "header: 'x y'",
        "perSecond: 0",
        "perSecond: 1000001",
        "as: root",
        "networks: [somewhere]",
        "keyFile: ''"
      })
  void valueOutOfRange_isRefused(String wrong) {
    String others = wrong.startsWith("networks") ? "" : ", networks: [192.0.2.7]";
    assertThat(load(sampling(wrong + others), Map.of()).problems()).hasSize(1);
  }
}
