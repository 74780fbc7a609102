package dev.headwater.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrateNginxCommandTest {
  private static final String CONFIG_MAP =
      """
      kind: ConfigMap
      metadata: {name: controller, namespace: ingress-nginx}
      data:
        enable-opentracing: "true"
        zipkin-collector-host: collector.tracing
        zipkin-sample-rate: "1.7"
      """;
  private static final String INGRESS =
      """
      kind: Ingress
      metadata:
        name: web
        namespace: shop
        annotations: {nginx.ingress.kubernetes.io/auth-url: https://a.example/}
      """;

  private static final String EXPECTED = "lower-case letters, digits, - and ., up to 253 of them";

  @TempDir Path folder;

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  @Test
  void everyKeyHasALineAndThereAreSums() throws IOException {
    CommandLineRun.Result result =
        new CommandLineRun()
            .run("migrate", "ingress-nginx", file("a.yaml", CONFIG_MAP), file("b.yaml", INGRESS));

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out().lines().findFirst())
        .hasValueSatisfying(
            line -> assertThat(line).matches("OBJECT +KEY +VALUE +VERDICT +MESSAGE"));
    assertThat(result.out())
        .containsPattern("ConfigMap ingress-nginx/controller +enable-opentracing +true +applied\n")
        .containsPattern("zipkin-sample-rate +1.7 +refused +expected 0.0 to 1.0\n")
        .containsPattern("zipkin-service-name +\\(absent\\) +applied with a difference +")
        .containsPattern(
            "Ingress shop/web +\\S+/auth-url +https://a.example/ +not in this version +")
        .endsWith(
            "1 applied, 4 applied with a difference, 0 inert, 1 refused, 1 not in this version\n");
  }

  @Test
  void standardInputIsRead_asJson() {
    CommandLineRun.Result result =
        new CommandLineRun()
            .in(CONFIG_MAP + "---\n" + INGRESS)
            .run("migrate", "ingress-nginx", "-", "-o", "json");

    JsonObject json = new JsonObject(result.out());
    assertThat(result.exitCode()).isZero();
    assertThat(json.getJsonArray("keys")).hasSize(7);
    assertThat(json.getJsonArray("keys").getJsonObject(0))
        .isEqualTo(
            new JsonObject()
                .put("object", "ConfigMap ingress-nginx/controller")
                .put("key", "enable-opentracing")
                .put("value", "true")
                .put("written", true)
                .put("verdict", "applied")
                .put("message", ""));
    assertThat(json.getJsonObject("sums").getInteger("refused")).isEqualTo(1);
  }

  @Test
  void anUnreadableFileIsToldWithItsPlace_andTheOthersAreRead() throws IOException {
    CommandLineRun.Result result =
        new CommandLineRun()
            .run("migrate", "ingress-nginx", file("a.yaml", INGRESS), file("b.yaml", "a: [\n"));

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).contains("auth-url");
    assertThat(result.err()).contains("not YAML").contains("b.yaml:2:1");
  }

  @Test
  void aMissingFileIsNamed() {
    CommandLineRun.Result result =
        new CommandLineRun().run("migrate", "ingress-nginx", "/no/such/file");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("/no/such/file: no such file");
  }

  @Test
  void rightsForObjectsInFilesArePrinted_exceptForWhatCannotBeAName() {
    CommandLineRun.Result result =
        new CommandLineRun()
            .in(
                CONFIG_MAP
                    + "---\nkind: Ingress\nmetadata: {name: web, namespace: shop}\n"
                    + "spec: {tls: [{secretName: tls}, {secretName: \"a\\nb\"}]}\n")
            .run("migrate", "ingress-nginx", "--rbac", "-");

    assertThat(result.out())
        .contains("resourceNames:\n      - \"tls\"\n    verbs: [list, watch]\n")
        .contains("name: headwater-settings\n  namespace: \"ingress-nginx\"\n")
        .doesNotContain("a\nb");
    assertThat(result.err()).isEqualTo("Secret shop/a\\u000ab (expected " + EXPECTED + ")\n");
    assertThat(result.exitCode()).isEqualTo(1);
  }

  @Test
  void nothingToMigrateIsSaid() {
    CommandLineRun.Result result =
        new CommandLineRun().in("kind: Service\n").run("migrate", "ingress-nginx", "-");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).contains("no key of ingress-nginx");
  }

  @Test
  void whatAFileSaysCannotActOnTheTerminal() {
    CommandLineRun.Result result =
        new CommandLineRun()
            .in(
                "kind: Ingress\nmetadata: {name: \"a\\e[2J\", annotations:"
                    + " {nginx.ingress.kubernetes.io/app-root: \"\\e[31m\\nforged\"}}\n")
            .run("migrate", "ingress-nginx", "-");

    assertThat(result.out()).doesNotContain("\u001b").doesNotContain("\nforged");
  }

  @Test
  void shippedManifestsHaveNoKeyThatDoesNothing() throws IOException {
    List<String> command = new ArrayList<>(List.of("migrate", "ingress-nginx"));
    for (String shipped : List.of("kubernetes", "examples/linkerd-tracing")) {
      try (Stream<Path> files = Files.list(Path.of("../deploy").resolve(shipped))) {
        files.map(Path::toString).filter(each -> each.endsWith(".yaml")).forEach(command::add);
      }
    }
    CommandLineRun.Result result = new CommandLineRun().run(command.toArray(String[]::new));

    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .containsPattern("Ingress emojivoto/emojivoto +\\S+/service-upstream +true +applied\n")
        .endsWith(", 0 inert, 0 refused, 0 not in this version\n");
  }
}
