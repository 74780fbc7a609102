package dev.headwater.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
  private static final String VALID =
      """
      upstreams: [{name: voting, endpoints: ["http://127.0.0.1:9001"]}]
      routes:
        - name: votes
          match: {hosts: [vote.example.com]}
          to: [{upstream: voting}]
          sampling: {rate: 0.1}
      tracing: {store: {}}
      """;
  private static final String INVALID =
      """
      upstreams: [{name: voting, endpoints: ["http://127.0.0.1:9001"]}]
      routes:
        - name: votes
          to: [{upstream: votign}]
          sampling: {rate: 1.7}
      tracign: {}
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "demo",
        "run",
        "proxy",
        "ingress",
        "validate",
        "explain",
        "config",
        "config schema",
        "config print",
        "migrate",
        "migrate ingress-nginx",
        "version",
        "token",
        "healthcheck",
        "completion"
      })
  void helpFitsOneScreenWithExamples_onStandardOutput(String command) {
    String[] arguments = (command + " --help").strip().split(" ");

    CommandLineRun.Result help = new CommandLineRun().run(arguments);

    assertThat(help.exitCode()).isZero();
    assertThat(help.err()).isEmpty();
    assertThat(help.out()).contains("EXAMPLES").contains("headwater " + command);
    assertThat(help.out().lines()).hasSizeLessThanOrEqualTo(40);
    assertThat(help.out().lines()).allMatch(line -> line.length() <= 100);
  }

  @ParameterizedTest
  @CsvSource({
    "vallidate, Did you mean",
    "run, --config",
    "validate -c, FILE",
    "version -o xml, json",
    "explain http://example.com/, -c=FILE",
    "'explain -c a --admin http://b http://example.com/', mutually exclusive",
    "completion fish, zsh",
    "migrate, ingress-nginx",
    "migrate ingress-nginx, FILE",
    "migrate ingress-nginx - -o xml, json",
  })
  void misuseIsToldOnStandardError_withExitCode2(String line, String hint) {
    CommandLineRun.Result misused = new CommandLineRun().run(line.split(" "));

    assertThat(misused.exitCode()).isEqualTo(2);
    assertThat(misused.out()).isEmpty();
    assertThat(misused.err()).contains(hint).contains("--help");
  }

  @Test
  void validateSaysWhatThereIs_whenValid() throws IOException {
    CommandLineRun.Result result =
        new CommandLineRun().run("validate", "-c", file("edge.yaml", VALID));

    assertThat(result)
        .isEqualTo(new CommandLineRun.Result(0, "valid: 1 listener, 1 upstream, 1 route\n", ""));
  }

  @Test
  void validateTellsEveryProblemWithItsPlace_whenInvalid() throws IOException {
    String file = file("edge.yaml", INVALID);

    CommandLineRun.Result result = new CommandLineRun().run("validate", "-c", file);

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .contains("votign", file + ":4:")
        .contains("1.7 (expected 0.0 to 1.0) at " + file + ":5:22")
        .contains("did you mean \"tracing\"")
        .contains("3 problems");
  }

  @Test
  void standardInputIsRead_forADash() {
    CommandLineRun.Result result = new CommandLineRun().in(INVALID).run("validate", "-c", "-");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("standard input:5:22");
  }

  @Test
  void aMissingFileIsNamed() {
    CommandLineRun.Result result = new CommandLineRun().run("validate", "-c", "/no/such/file");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("/no/such/file").contains("no such file");
  }

  @Test
  void environmentLiesOverTheFile() {
    CommandLineRun.Result result =
        new CommandLineRun()
            .in(VALID)
            .environment("HEADWATER_TRACING_SAMPLING_RATE", "2")
            .run("validate", "-c", "-");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("HEADWATER_TRACING_SAMPLING_RATE");
  }

  @Test
  void explainShowsRouteRuleAndHeaders() {
    CommandLineRun.Result result =
        new CommandLineRun()
            .in(VALID)
            .run("explain", "-c", "-", "-H", "sw8: x", "http://vote.example.com/api/list");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .containsPattern("route +votes")
        .containsPattern("decision +sampled with probability 0.1")
        .containsPattern("rule +route:votes")
        .contains("sw8: x\n    removed, never read")
        .contains("X-B3-TraceId: <trace id>");
  }

  @Test
  void explainShowsWhatACertificatesNameIsTrustedWith() {
    String configuration =
        """
        listeners:
          - name: web
            address: "127.0.0.1:0"
            trace: {trustedIdentities: ["spiffe://mesh/ns/web"]}
        """
            + VALID;
    List<String> headers = List.of("-H", "x-b3-traceid: 463ac35c9f6413ad", "-H", "x-b3-spanid: 1");

    for (String identity : List.of("spiffe://mesh/ns/web", "spiffe://mesh/ns/other")) {
      List<String> line = new ArrayList<>(List.of("explain", "-c", "-", "--identity", identity));
      line.addAll(headers);
      line.add("http://vote.example.com/");
      CommandLineRun.Result result =
          new CommandLineRun().in(configuration).run(line.toArray(String[]::new));

      assertThat(result.exitCode()).as(result.err()).isZero();
      assertThat(result.out())
          .containsPattern(
              identity.endsWith("web")
                  ? "trust +trusted.* as spiffe://mesh/ns/web"
                  : "trust +restart");
    }
  }

  @Test
  void explainPrintsJson_whenAsked() {
    String json =
        new CommandLineRun()
            .in(VALID)
            .run(
                "explain",
                "-c",
                "-",
                "--trace-id",
                "463ac35c9f6413ad0000000000000001",
                "-o",
                "json",
                "http://vote.example.com/")
            .out();

    assertThat(new JsonObject(json).getJsonObject("sampling").getBoolean("sampled")).isTrue();
  }

  @Test
  void explainRefusesWhatIsNoRequest_asMisuse() {
    CommandLineRun.Result result =
        new CommandLineRun().in(VALID).run("explain", "-c", "-", "vote.example.com");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("url: 'vote.example.com' (expected an absolute URL");
  }

  @Test
  void schemaIsJson() {
    String schema = new CommandLineRun().run("config", "schema").out();

    assertThat(new JsonObject(schema).getString("$schema")).contains("2020-12");
  }

  @Test
  void printedDefaultsAreValid() {
    String defaults = new CommandLineRun().run("config", "print").out();

    assertThat(new CommandLineRun().in(defaults).run("validate", "-c", "-").exitCode()).isZero();
  }

  @Test
  void printShowsOriginOfEachValue() throws IOException {
    String file = file("edge.yaml", VALID);

    CommandLineRun.Result written = new CommandLineRun().run("config", "print", "-c", file);
    CommandLineRun.Result effective =
        new CommandLineRun()
            .environment("HEADWATER_LOG_LEVEL", "debug")
            .run("config", "print", "-c", file, "--effective");

    assertThat(written.exitCode()).isZero();
    assertThat(written.out()).contains("rate: 0.1  # " + file).doesNotContain("# default");
    assertThat(effective.out())
        .contains("# default")
        .contains("level: debug  # environment variable HEADWATER_LOG_LEVEL");
  }

  @Test
  void versionIsTextOrJson() {
    assertThat(new CommandLineRun().run("version").out()).startsWith("headwater ");
    String json = new CommandLineRun().run("version", "-o", "json").out();
    assertThat(new JsonObject(json).fieldNames()).contains("version", "java", "platform");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void completionKnowsTheCommands(String shell) {
    String script = new CommandLineRun().run("completion", shell).out();

    assertThat(script).contains("headwater");
    Arrays.asList("demo", "run", "proxy", "ingress", "validate", "explain", "token", "healthcheck")
        .forEach(command -> assertThat(script).contains(command));
  }

  @Test
  void healthcheckFailsWithTheAddress_whenNobodyAnswers() {
    CommandLineRun.Result result =
        new CommandLineRun().run("healthcheck", "--admin", "http://127.0.0.1:1");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("http://127.0.0.1:1/healthz");
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }
}
