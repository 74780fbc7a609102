package dev.headwater.load.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The controller with the rights that are shipped and as the user that is shipped. What it asked
 * the API server for is read from the audit log of that.
 */
class ITLeastPrivilege {
  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private static final String HOME = Installation.NAMESPACE;
  private static final String ADDRESS = "192.0.2.77";
  private static final String NGINX = "nginx.ingress.kubernetes.io/";

  @BeforeAll
  static void hasAnAddress() throws Exception {
    String status = "{\"status\":{\"loadBalancer\":{\"ingress\":[{\"ip\":\"" + ADDRESS + "\"}]}}}";
    CLUSTER
        .testbed()
        .kubectl(
            List.of(
                    "-n",
                    HOME,
                    "patch",
                    "service",
                    "headwater",
                    "--subresource=status",
                    "--type=merge",
                    "-p",
                    status)
                .toArray(String[]::new));
  }

  private static IngressProcess.Setup asShipped(String name) {
    return CLUSTER.setup(name).with("--publish-service=headwater/headwater");
  }

  @FaultRow({"K10", "K6"})
  @Test
  void everythingWorksWithTheShippedRoles_andNothingElseIsAskedFor() throws Exception {
    Instant begun = Instant.now();
    String granted = CLUSTER.namespace();
    String open = CLUSTER.namespaceWithoutSecrets();
    String foreign = CLUSTER.namespaceWithoutSecrets();
    // Named by an Ingress of ours where the Role is missing: asked for in case it comes, and
    // refused.
    CLUSTER.installation().expect("list secrets in " + open + " named tls");
    Pem ours = Pem.of("granted", "granted.example");
    Pem hidden = Pem.of("hidden", "open.example");
    CLUSTER.service(granted, "shop");
    CLUSTER.service(open, "shop");
    CLUSTER.create(
        KubeObjects.secret(granted, "tls", ours.chain(), ours.key()),
        KubeObjects.secret(granted, "nobodys", ours.chain(), ours.key()),
        KubeObjects.secret(open, "tls", hidden.chain(), hidden.key()),
        KubeObjects.secret(foreign, "ca", hidden.chain(), hidden.key()),
        KubeObjects.secret(foreign, "tls", hidden.chain(), hidden.key()));
    IngressProcess gateway = CLUSTER.gateway(asShipped("least-privilege"));
    CLUSTER.create(
        KubeObjects.secured(KubeObjects.ingress(granted, "shop", "granted.example", "shop"), "tls"),
        KubeObjects.secured(KubeObjects.ingress(open, "shop", "open.example", "shop"), "tls"),
        KubeObjects.ingress(
            open,
            "reaching",
            "reaching.example",
            "/",
            "shop",
            Map.of(
                NGINX + "auth-tls-secret", foreign + "/ca",
                NGINX + "auth-secret", foreign + "/ca",
                NGINX + "proxy-ssl-secret", foreign + "/tls")),
        new IngressBuilder(
                KubeObjects.secured(
                    KubeObjects.ingress(foreign, "anothers", "anothers.example", "shop"), "tls"))
            .editSpec()
            .withIngressClassName("of-somebody-else")
            .endSpec()
            .build());
    Await.until(
        "its certificate",
        () -> Pem.shown(gateway.ports().https(), "granted.example").equals("granted"));
    Await.until("both serve", () -> gateway.clients().get("open.example", "/").status() == 200);
    assertThat(Pem.shown(gateway.ports().https(), "open.example")).isNotEqualTo("hidden");
    Await.until(
        "a status",
        () -> KubeObjects.published(CLUSTER.client(), granted, "shop").equals(List.of(ADDRESS)));
    Await.until(
        "an Event about the Secret that may not be read",
        () ->
            KubeObjects.events(CLUSTER.client(), open, "shop").stream()
                .anyMatch(event -> event.startsWith("Refused: ") && event.contains("tls")));
    CLUSTER
        .client()
        .resource(
            KubeObjects.configMap(
                HOME,
                "headwater",
                Map.of(
                    "enable-opentracing", "true",
                    "zipkin-collector-host", "127.0.0.1",
                    "zipkin-sample-rate", "0.25")))
        .update();
    Await.until("its own settings", () -> gateway.page("/sampling").body().contains("0.25"));
    CLUSTER.client().network().v1().ingresses().inNamespace(granted).withName("shop").delete();
    Await.until("gone", () -> gateway.clients().get("granted.example", "/").status() == 404);
    gateway.close();

    List<AuditLog.Entry> asked =
        CLUSTER.installation().asked().stream()
            .filter(entry -> !Instant.parse(entry.at()).isBefore(begun))
            .toList();
    asked.stream()
        .collect(Collectors.groupingBy(AuditLog.Entry::wanted, TreeMap::new, Collectors.counting()))
        .forEach((wanted, count) -> System.out.printf("asked %5d times: %s%n", count, wanted));
    assertThat(CLUSTER.installation().beyond()).isEmpty();
    Set<String> secrets =
        asked.stream()
            .filter(entry -> entry.resource().startsWith("secrets"))
            .map(entry -> entry.namespace() + "/" + entry.name())
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(secrets).containsExactlyInAnyOrder(granted + "/tls", open + "/tls");
    Set<String> writes =
        asked.stream()
            .filter(entry -> !Set.of("get", "list", "watch").contains(entry.verb()))
            .map(entry -> entry.verb() + " " + entry.resource())
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(writes)
        .contains("patch ingresses/status", "create events", "patch leases")
        .isSubsetOf(
            "patch ingresses/status",
            "create events",
            "create leases",
            "patch leases",
            "update leases");
  }

  @FaultRow("K12")
  @Test
  void runsAsNobodyOnAReadOnlyRoot_withoutCapabilitiesShellOrDoorBeyondItsFour() throws Exception {
    Assumptions.assumeTrue(
        run(confined(List.of("true"))) == 0, "needs unshare, mount and setpriv, as root");
    Assumptions.assumeFalse(
        Testbed.MODULE.startsWith("/tmp"), "its /tmp is a file system of its own");
    String namespace = CLUSTER.namespace();
    CLUSTER.service(namespace, "shop");
    CLUSTER.create(KubeObjects.ingress(namespace, "shop", "confined.example", "shop"));
    IngressProcess gateway =
        CLUSTER.gateway(
            asShipped("confined").within(confined(List.of())).variable("HEADWATER_ARCHIVE", "off"));
    Await.until("it serves", () -> gateway.clients().get("confined.example", "/").status() == 200);
    Path process = Path.of("/proc", Long.toString(gateway.pid()));
    Map<String, String> status =
        Files.readAllLines(process.resolve("status")).stream()
            .map(line -> line.split(":\\s*", 2))
            .collect(Collectors.toMap(field -> field[0], field -> field[1]));
    assertThat(status).hasEntrySatisfying("Uid", ids -> assertThat(ids).matches("(65532\\s*)+"));
    for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")) {
      assertThat(status.get(set)).as(set).matches("0+");
    }
    assertThat(status.get("NoNewPrivs")).isEqualTo("1");
    assertThat(Files.readAllLines(process.resolve("mountinfo")))
        .filteredOn(mount -> mount.split(" ")[4].equals("/"))
        .allMatch(mount -> mount.split(" ")[5].startsWith("ro"));
    assertThat(ProcessHandle.of(gateway.pid()).orElseThrow().descendants()).isEmpty();
    IngressProcess.Ports ports = gateway.ports();
    assertThat(listening(process))
        .as("no admission endpoint, no debugger")
        .containsExactlyInAnyOrder(ports.http(), ports.https(), ports.admin(), ports.probe());
  }

  @FaultRow("K12")
  @Test
  void shippedPodAsksForNothingMore() throws Exception {
    List<HasMetadata> shipped = new ArrayList<>();
    try (Stream<Path> files = Files.list(Installation.SHIPPED)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".yaml")).toList()) {
        try (InputStream in = Files.newInputStream(file)) {
          shipped.addAll(CLUSTER.client().load(in).items());
        }
      }
    }
    assertThat(shipped).noneMatch(each -> each.getKind().contains("Webhook"));
    List<Deployment> deployments =
        shipped.stream().filter(Deployment.class::isInstance).map(Deployment.class::cast).toList();
    assertThat(deployments).hasSize(1);
    var pod = deployments.get(0).getSpec().getTemplate().getSpec();
    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getContainers()).hasSize(1);
    SecurityContext security = pod.getContainers().get(0).getSecurityContext();
    assertThat(security.getReadOnlyRootFilesystem()).isTrue();
    assertThat(security.getAllowPrivilegeEscalation()).isFalse();
    assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(security.getCapabilities().getAdd()).isEmpty();
    assertThat(pod.getContainers().get(0).getPorts())
        .allMatch(port -> port.getContainerPort() >= 1024);
  }

  /** As the pod's security context has it, with /tmp to write to. */
  private static List<String> confined(List<String> program) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount --make-rprivate / && mount -o remount,bind,ro / && mount -t tmpfs tmpfs /tmp"
                    + " && exec setpriv --reuid=65532 --regid=65532 --clear-groups --inh-caps=-all"
                    + " --ambient-caps=-all --bounding-set=-all --no-new-privs \"$@\"",
                "sh"));
    command.addAll(program);
    return command;
  }

  private static int run(List<String> command) throws Exception {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(Testbed.TARGET.resolve("confined-true.log").toFile())
        .start()
        .waitFor();
  }

  /** Ports that sockets of a process listen at. */
  private static Set<Integer> listening(Path process) throws Exception {
    Set<String> sockets = new TreeSet<>();
    try (Stream<Path> files = Files.list(process.resolve("fd"))) {
      for (Path file : files.toList()) {
        try {
          sockets.add(Files.readSymbolicLink(file).toString());
        } catch (java.nio.file.NoSuchFileException closed) {
          // Gone since they were listed.
        }
      }
    }
    Set<Integer> ports = new TreeSet<>();
    for (String table : List.of("net/tcp", "net/tcp6")) {
      for (String line : Files.readAllLines(process.resolve(table))) {
        String[] field = line.strip().split("\\s+");
        if (field[3].equals("0A") && sockets.contains("socket:[" + field[9] + "]")) {
          ports.add(Integer.parseInt(field[1].substring(field[1].indexOf(':') + 1), 16));
        }
      }
    }
    return ports;
  }
}
