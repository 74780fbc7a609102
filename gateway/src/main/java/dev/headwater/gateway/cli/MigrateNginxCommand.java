package dev.headwater.gateway.cli;

import dev.headwater.gateway.cluster.ClusterSurvey;
import dev.headwater.routes.document.Problem;
import dev.headwater.routes.document.YamlDocument;
import dev.headwater.routes.kubernetes.NeededRights;
import dev.headwater.routes.kubernetes.ObjectName;
import dev.headwater.routes.kubernetes.RightsYaml;
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
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code headwater migrate ingress-nginx}. */
@Command(
    name = "ingress-nginx",
    header = "Tell what becomes of each key of ingress-nginx's ConfigMap and Ingresses.",
    description = {
      "Reads manifests in YAML or JSON, several to a file and lists of them, as kubectl prints",
      "them; without files a cluster, of which it changes nothing: that of --kubeconfig or",
      "KUBECONFIG, in a pod its own.",
      "Each key is applied, applied with a difference, inert, refused, or not in this version.",
      "Exit code 0 whatever becomes of them, 1 where something cannot be read, which is named."
    },
    footer = {
      "  headwater migrate ingress-nginx controller-configmap.yaml ingresses.yaml",
      "  kubectl get configmaps,ingresses -A -o yaml | headwater migrate ingress-nginx -",
      "  headwater migrate ingress-nginx --kubeconfig admin.kubeconfig",
      "  headwater migrate ingress-nginx --kubeconfig admin.kubeconfig --rbac | kubectl apply -f -"
    })
final class MigrateNginxCommand extends CliCommand {
  private static final String STANDARD_INPUT = "-";

  /** Variables of which one is set by whoever means a cluster, or in any pod. */
  private static final List<String> WAYS_TO_A_CLUSTER =
      List.of("KUBECONFIG", "KUBERNETES_SERVICE_HOST");

  private final Surroundings surroundings;

  @Parameters(arity = "0..*", paramLabel = "FILE", description = "Manifests; - for standard input.")
  private final List<String> files = new ArrayList<>();

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "How to reach the API server from outside of a pod.")
  private @Nullable Path kubeconfig;

  @Option(
      names = "--configmap",
      paramLabel = "NS/NAME",
      description =
          "ingress-nginx's ConfigMap (default: ${DEFAULT-VALUE}; of files without it those that"
              + " have its keys).")
  private String configMap = "ingress-nginx/ingress-nginx-controller";

  @Option(
      names = "--rbac",
      description = "Print the Roles that the controller needs for these objects, not the keys.")
  private boolean rbac;

  @Option(
      names = "--service-account",
      paramLabel = "NS/NAME",
      description = "Who gets the Roles (default: ${DEFAULT-VALUE}).")
  private String account = "headwater/headwater";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text or json (default: text).")
  private OutputFormat output = OutputFormat.text;

  MigrateNginxCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /**
   * What was read.
   *
   * @param troubles what could not be
   * @param from where, for people
   */
  private record Found(
      Migration migration, NeededRights rights, List<String> troubles, String from) {}

  @Override
  public Integer call() throws IOException {
    final ObjectName served = named("ServiceAccount", "--service-account", account);
    final ObjectName settings = named("ConfigMap", "--configmap", configMap);
    Found found = files.isEmpty() ? inCluster(settings) : inFiles();
    List<String> troubles = new ArrayList<>(found.troubles);
    if (rbac) {
      out().print(RightsYaml.of(found.rights, served));
      for (ObjectName each : found.rights.refused()) {
        troubles.add(Problem.shown(each.toString()) + " (expected " + ObjectName.POSSIBLE + ")");
      }
    } else if (output == OutputFormat.json) {
      out().println(json(found.migration).encodePrettily());
    } else {
      FindingTable.print(found.migration, out());
    }
    out().flush();
    troubles.forEach(err()::println);
    if (!rbac && found.migration.rows().isEmpty() && troubles.isEmpty()) {
      err().println("no key of ingress-nginx in " + found.from);
    }
    err().flush();
    return troubles.isEmpty() ? ExitCode.OK : ExitCode.CANNOT_START;
  }

  private Found inCluster(ObjectName settings) throws IOException {
    Map<String, String> environment = surroundings.environment();
    if (kubeconfig == null && WAYS_TO_A_CLUSTER.stream().noneMatch(environment::containsKey)) {
      throw new ParameterException(
          spec().commandLine(), "expected FILE... or --kubeconfig, since this is no pod");
    }
    if (kubeconfig != null && !Files.isReadable(kubeconfig)) {
      throw new IOException("--kubeconfig: " + kubeconfig + " (expected a readable file)");
    }
    ClusterSurvey survey =
        rbac
            ? ClusterSurvey.ofRights(kubeconfig, settings)
            : ClusterSurvey.of(kubeconfig, settings);
    if (!survey.isConfigured()) {
      err().println(settings + " is not there: its defaults hold; --configmap names another");
    }
    return new Found(survey.migration(), survey.rights(), survey.unread(), "the cluster");
  }

  private Found inFiles() throws IOException {
    if (kubeconfig != null) {
      throw new ParameterException(
          spec().commandLine(), "--kubeconfig and files exclude each other");
    }
    List<YamlDocument> documents = new ArrayList<>();
    for (String file : files) {
      documents.addAll(read(file));
    }
    Migration migration = Migration.of(documents, configMap);
    return new Found(
        migration,
        NeededRights.of(documents, configMap),
        migration.problems().stream().map(Problem::toString).toList(),
        String.join(", ", files));
  }

  private ObjectName named(String kind, String flag, String typed) {
    int slash = typed.indexOf('/');
    ObjectName name =
        slash <= 0
            ? null
            : new ObjectName(kind, typed.substring(0, slash), typed.substring(slash + 1));
    if (name == null || !name.isPossible()) {
      throw new ParameterException(
          spec().commandLine(), flag + ": " + typed + " (expected NAMESPACE/NAME)");
    }
    return name;
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
