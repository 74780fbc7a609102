package dev.headwater.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.cli.CommandLineRun.Result;
import dev.headwater.sampling.force.ForceGate;
import dev.headwater.sampling.force.ForceKey;
import dev.headwater.sampling.force.ForcePolicy;
import dev.headwater.sampling.force.ForceVerdict;
import dev.headwater.sampling.network.NetworkSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenCommandTest {
  private static final String SECRET = "0123456789abcdef-secret";

  @TempDir Path folder;

  private String key(String text) throws Exception {
    return Files.writeString(folder.resolve("force.key"), text).toString();
  }

  /** A gateway with the same key, so many seconds from now. */
  private static ForceGate gate(long later) {
    long now = Instant.now().getEpochSecond() + later;
    ForcePolicy policy =
        new ForcePolicy(
            ForcePolicy.HEADER, NetworkSet.NONE, ForceKey.of(SECRET), 100, ForcePolicy.As.SAMPLED);
    return ForceGate.of(policy, () -> now, System::nanoTime);
  }

  @Test
  void token_isAloneOnStandardOutput_andGood() throws Exception {
    Result result = new CommandLineRun().run("token", "--key", key(SECRET + "\n"));
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).matches("hw1\\.\\S+\\R");
    String token = result.out().strip();
    assertThat(gate(0).ask(token, false, "/any")).isEqualTo(ForceVerdict.GRANTED_TO_TOKEN);
    assertThat(gate(590).ask(token, false, "/any")).isEqualTo(ForceVerdict.GRANTED_TO_TOKEN);
    assertThat(gate(602).ask(token, false, "/any")).isEqualTo(ForceVerdict.EXPIRED);
    assertThat(result.err())
        .contains("Good until ")
        .contains(", for every path.")
        .contains("headwater-force: TOKEN")
        .doesNotContain(token)
        .doesNotContain(SECRET);
  }

  @Test
  void timePathAndCount_areInTheToken() throws Exception {
    Result result =
        new CommandLineRun()
            .in(SECRET)
            .run("token", "-k", "-", "--for", "1h", "--path", "/a/./\u00e4", "--count", "1");
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.err()).contains(", for /a/%C3%A4 and below, for 1 request on each gateway.");
    ForceGate gate = gate(3_590);
    String token = result.out().strip();
    assertThat(gate.ask(token, false, "/a")).isEqualTo(ForceVerdict.OTHER_PATH);
    assertThat(gate.ask(token, false, "/a/%C3%A4/x")).isEqualTo(ForceVerdict.GRANTED_TO_TOKEN);
    assertThat(gate.ask(token, false, "/a/%C3%A4/x")).isEqualTo(ForceVerdict.USED_UP);
  }

  @Test
  void tokens_areTold_apart() throws Exception {
    String key = key(SECRET);
    assertThat(new CommandLineRun().run("token", "--key", key).out())
        .isNotEqualTo(new CommandLineRun().run("token", "--key", key).out());
  }

  @ParameterizedTest
  @CsvSource({
    "--for, 0s, --for: 0s (expected 1s to 720h)",
    "--for, 721h, --for: 721h (expected 1s to 720h)",
    "--for, soon, --for: soon (expected 1s to 720h)",
    "--path, x, --path: x (path does not begin with a slash)",
    "--path, /a%2fb, --path: /a%2fb (encoded slash in path)",
    "--count, 0, --count: 0 (expected 1 to 999999999)",
    "--count, many, 'Invalid value for option ''--count'''"
  })
  void wrongOption_isUsage(String option, String value, String message) throws Exception {
    Result result = new CommandLineRun().run("token", "--key", key(SECRET), option, value);
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains(message);
  }

  @Test
  void withoutKey_isUsage() {
    Result result = new CommandLineRun().run("token");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("--key");
  }

  @Test
  void unusableKey_isToldWithoutIt() throws Exception {
    Result tooShort = new CommandLineRun().run("token", "--key", key("hush-hush\n"));
    assertThat(tooShort.exitCode()).isEqualTo(1);
    assertThat(tooShort.err())
        .contains("force.key: expected a key of 16 to 4096 bytes without the line end, not 9")
        .doesNotContain("hush");
    String missing = folder.resolve("none").toString();
    assertThat(new CommandLineRun().run("token", "--key", missing).err())
        .isEqualTo("headwater token: " + missing + ": no such file" + System.lineSeparator());
    assertThat(new CommandLineRun().run("token", "--key", folder.toString()).err())
        .contains("a directory");
  }
}
