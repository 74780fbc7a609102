package dev.headwater.gateway.cli;

import dev.headwater.routes.document.YamlDocument;
import dev.headwater.routes.nginx.KeyFinding;
import dev.headwater.routes.nginx.Migration;
import dev.headwater.routes.nginx.Migration.Row;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headwater migrate ingress-nginx}. */
@Command(
    name = "ingress-nginx",
    header = "Tell what becomes of each key of ingress-nginx's ConfigMap and Ingresses.",
    description = {
      "Reads manifests in YAML or JSON, several to a file and lists of them, as kubectl prints"
          + " them.",
      "Each key is applied, applied with a difference, inert, refused, or not in this version.",
      "Exit code 0 whatever becomes of them, 1 where a file cannot be read, with the place."
    },
    footer = {
      "  headwater migrate ingress-nginx controller-configmap.yaml ingresses.yaml",
      "  kubectl get configmaps,ingresses -A -o yaml | headwater migrate ingress-nginx -"
    })
final class MigrateNginxCommand extends CliCommand {
  private static final String STANDARD_INPUT = "-";

  private final Surroundings surroundings;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Manifests; - for standard input.")
  private final List<String> files = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text or json (default: text).")
  private OutputFormat output = OutputFormat.text;

  MigrateNginxCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    List<YamlDocument> documents = new ArrayList<>();
    for (String file : files) {
      documents.addAll(read(file));
    }
    Migration migration = Migration.of(documents);
    if (output == OutputFormat.json) {
      out().println(json(migration).encodePrettily());
    } else {
      FindingTable.print(migration, out());
    }
    out().flush();
    migration.problems().forEach(err()::println);
    if (migration.rows().isEmpty() && migration.problems().isEmpty()) {
      err().println("no key of ingress-nginx in " + String.join(", ", files));
    }
    err().flush();
    return migration.problems().isEmpty() ? ExitCode.OK : ExitCode.CANNOT_START;
  }

  private List<YamlDocument> read(String file) throws IOException {
    if (file.equals(STANDARD_INPUT)) {
      byte[] text = surroundings.in().readAllBytes();
      return YamlDocument.parseAll(new String(text, StandardCharsets.UTF_8), "standard input");
    }
    try {
      return YamlDocument.parseAll(Files.readString(Path.of(file)), file);
    } catch (NoSuchFileException missing) {
      throw new IOException(file + ": no such file", missing);
    } catch (InvalidPathException wrong) {
      throw new IOException("'" + file + "' is not a file name: " + wrong.getReason(), wrong);
    } catch (IOException unreadable) {
      throw new IOException(file + ": " + unreadable.getMessage(), unreadable);
    }
  }

  private static JsonObject json(Migration migration) {
    JsonArray keys = new JsonArray();
    for (Row row : migration.rows()) {
      KeyFinding finding = row.finding();
      keys.add(
          new JsonObject()
              .put("object", row.object())
              .put("key", finding.key())
              .put("value", finding.value())
              .put("written", row.isWritten())
              .put("verdict", finding.verdict().label())
              .put("message", finding.message()));
    }
    JsonObject sums = new JsonObject();
    migration.sums().forEach((verdict, number) -> sums.put(verdict.label(), number));
    return new JsonObject().put("keys", keys).put("sums", sums);
  }
}
