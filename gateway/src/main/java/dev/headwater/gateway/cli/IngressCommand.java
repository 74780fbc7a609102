package dev.headwater.gateway.cli;

import dev.headwater.gateway.cluster.ClusterOptions;
import dev.headwater.gateway.cluster.FallbackCertificate;
import dev.headwater.routes.BindAddress;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.LogPolicy;
import dev.headwater.routes.kubernetes.ControllerPolicy;
import dev.headwater.routes.kubernetes.ObjectName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code headwater ingress}: the gateway as the ingress controller of a cluster. */
@Command(
    name = "ingress",
    header = "Run the gateway as an ingress controller of a Kubernetes cluster.",
    description = {
      "In a pod no flag is needed: account, namespace and name come from the pod (variables",
      "POD_NAMESPACE, POD_NAME, HOST_IP). Outside it takes --kubeconfig or KUBECONFIG.",
      "The last configuration goes on while the API server is away."
    },
    footer = {
      "  headwater ingress",
      "  headwater ingress --kubeconfig admin.kubeconfig --configmap ingress/settings",
      "  headwater ingress --adopt-class nginx --publish-service ingress/headwater"
    })
final class IngressCommand extends ServeCommand {
  private static final String ADOPTED = "nginx";

  /** Of the ConfigMap in the pod's own namespace. */
  private static final String CONFIG_MAP = "headwater";

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "How to reach the API server from outside of a pod.")
  private @Nullable Path kubeconfig;

  @Option(
      names = "--ingress-class",
      paramLabel = "NAME",
      description = "The class that is ours by its name (default: ${DEFAULT-VALUE}).")
  private String ingressClass = ControllerPolicy.CLASS_NAME;

  @Option(
      names = "--adopt-class",
      paramLabel = "nginx",
      description = "Serve the Ingresses of ingress-nginx's class, too.")
  private @Nullable String adopted;

  @Option(
      names = "--configmap",
      paramLabel = "NS/NAME",
      description = "The controller's ConfigMap (default in a pod: headwater).")
  private @Nullable String configMap;

  @Option(
      names = "--watch-namespace",
      paramLabel = "NS",
      description = "Serve Ingresses of this namespace only.")
  private @Nullable String watchNamespace;

  @Option(
      names = "--http",
      paramLabel = "ADDRESS",
      description = "Where to listen in clear (default: ${DEFAULT-VALUE}).")
  private String http = ":8080";

  @Option(
      names = "--https",
      paramLabel = "ADDRESS",
      description = "Where to listen under TLS (default: ${DEFAULT-VALUE}).")
  private String https = ":8443";

  @Option(
      names = "--admin",
      paramLabel = "ADDRESS",
      description = "The operator's address (default: ${DEFAULT-VALUE}).")
  private String admin = "127.0.0.1:9900";

  @Option(
      names = "--probe",
      paramLabel = "ADDRESS",
      description = "Health, readiness and metrics alone (default: ${DEFAULT-VALUE}).")
  private String probe = ":9901";

  @Option(
      names = "--publish-service",
      paramLabel = "NS/NAME",
      description = "The Service whose addresses statuses tell.")
  private @Nullable String publishService;

  @Option(
      names = "--publish-address",
      paramLabel = "ADDRESS",
      split = ",",
      description = "What statuses tell instead; may be repeated (default: HOST_IP).")
  private List<String> publishAddresses = new ArrayList<>();

  @Option(
      names = "--default-certificate",
      paramLabel = "NS/NAME",
      description = "The Secret whose certificate serves names that have none.")
  private @Nullable String defaultCertificate;

  @Option(
      names = "--default-backend",
      paramLabel = "NS/NAME",
      description = "The Service that takes what nothing else takes.")
  private @Nullable String defaultBackend;

  @Option(
      names = "--list-secrets",
      description = "Watch all TLS Secrets at once, not each by its name.")
  private boolean listSecrets;

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      description = "error, warn, info or debug (default: info).")
  private LogPolicy.Level logLevel = LogPolicy.DEFAULT.level();

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      description = "text or json (default: text).")
  private LogPolicy.Format logFormat = LogPolicy.DEFAULT.format();

  private volatile @Nullable Configuration inForce;

  IngressCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    ClusterOptions options = options();
    if (kubeconfig != null && !Files.isReadable(kubeconfig)) {
      return refuse("--kubeconfig: " + kubeconfig + " (expected a readable file)");
    }
    Logging.configure(options.policy().log());
    ProgramVersion version = ProgramVersion.current();
    LOG.info("{}", version);
    if (options.publishService() == null && options.publishAddresses().isEmpty()) {
      LOG.warn(
          "statuses of Ingresses stay empty: neither --publish-service nor --publish-address is"
              + " given, nor is HOST_IP");
    }
    Lifecycle life = new Lifecycle(() -> Runtime.getRuntime().halt(ExitCode.UNCLEAN_STOP));
    life.listen(surroundings().signals());
    RunningGateway gateway;
    try {
      gateway =
          surroundings()
              .ingress()
              .start(new ClusterLaunch(version.version(), options, life::isAsked, this::changed));
    } catch (IOException cannot) {
      return life.isAsked() ? ExitCode.OK : refuse(cannot.getMessage() + "; " + advice());
    }
    return live(Objects.requireNonNull(inForce, "configuration"), gateway, life);
  }

  /** A cluster changes often and its log hardly ever. */
  private void changed(Configuration next) {
    Configuration before = inForce;
    inForce = next;
    if (before != null && !before.log().equals(next.log())) {
      Logging.configure(next.log());
    }
  }

  private ClusterOptions options() {
    if (adopted != null && !adopted.equals(ADOPTED)) {
      throw wrong("--adopt-class", adopted, ADOPTED);
    }
    if (publishService != null && !publishAddresses.isEmpty()) {
      throw new ParameterException(
          spec().commandLine(), "--publish-service and --publish-address exclude each other");
    }
    String home = variable("POD_NAMESPACE");
    String name = variable("POD_NAME");
    ControllerPolicy policy =
        new ControllerPolicy(
            ingressClass,
            adopted != null,
            watchNamespace,
            settings(home),
            named("Secret", "--default-certificate", defaultCertificate),
            named("Service", "--default-backend", defaultBackend),
            new ControllerPolicy.Addresses(
                address("--http", http),
                address("--https", https),
                address("--admin", admin),
                address("--probe", probe)),
            FallbackCertificate.make(Instant.now()),
            new LogPolicy(logLevel, logFormat),
            surroundings().environment());
    return new ClusterOptions(
        policy,
        kubeconfig,
        listSecrets,
        named("Service", "--publish-service", publishService),
        addresses(),
        name == null ? "headwater-" + UUID.randomUUID() : name,
        home);
  }

  private @Nullable ObjectName settings(@Nullable String home) {
    ObjectName given = named("ConfigMap", "--configmap", configMap);
    return given != null || home == null ? given : new ObjectName("ConfigMap", home, CONFIG_MAP);
  }

  private List<String> addresses() {
    String node = variable("HOST_IP");
    return publishService != null || !publishAddresses.isEmpty() || node == null
        ? publishAddresses
        : List.of(node);
  }

  private @Nullable String variable(String name) {
    String value = surroundings().environment().get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  private @Nullable ObjectName named(String kind, String flag, @Nullable String typed) {
    if (typed == null) {
      return null;
    }
    int slash = typed.indexOf('/');
    if (slash <= 0 || slash == typed.length() - 1 || typed.indexOf('/', slash + 1) >= 0) {
      throw wrong(flag, typed, "NAMESPACE/NAME");
    }
    return new ObjectName(kind, typed.substring(0, slash), typed.substring(slash + 1));
  }

  private BindAddress address(String flag, String typed) {
    String full = FlagAddress.listening(typed);
    int colon = full.lastIndexOf(':');
    String host = colon < 0 ? "" : full.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    int port = port(full.substring(colon + 1));
    if (host.isEmpty() || port < 0) {
      throw wrong(flag, typed, "ADDRESS:PORT or :PORT, ports from 0 to 65535");
    }
    return new BindAddress(host, port);
  }

  private static int port(String digits) {
    if (!digits.matches("[0-9]{1,5}")) {
      return -1;
    }
    int port = Integer.parseInt(digits);
    return port > 65_535 ? -1 : port;
  }

  private ParameterException wrong(String flag, String typed, String expected) {
    return new ParameterException(
        spec().commandLine(), flag + ": " + typed + " (expected " + expected + ")");
  }

  @Override
  String advice() {
    return "check --kubeconfig and the addresses of --http, --https, --admin and --probe";
  }
}
