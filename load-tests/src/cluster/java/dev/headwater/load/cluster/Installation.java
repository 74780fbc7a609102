package dev.headwater.load.cluster;

import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The shipped manifests, applied to the API server of the run: all gateways of all tests have the
 * rights of its ServiceAccount and no others, and what they asked for is held against these.
 */
final class Installation {
  static final String NAMESPACE = "headwater";
  static final Path SHIPPED = Testbed.MODULE.resolve("../deploy/kubernetes").normalize();
  private static final Path SECRETS = SHIPPED.resolve("secrets/namespace.yaml");
  private static final Path HEADERS = SHIPPED.resolve("headers/namespace.yaml");
  private static final String ACCOUNT = "headwater";
  private static final String USER = "system:serviceaccount:" + NAMESPACE + ":" + ACCOUNT;

  private final KubernetesClient client;
  private final Path account;
  private final AuditLog audit;
  private final Grants grants = new Grants();
  private final Set<String> expected = new TreeSet<>();

  private Installation(KubernetesClient client, Path account, AuditLog audit) {
    this.client = client;
    this.account = account;
    this.audit = audit;
  }

  /** Applies them, with strict validation of their fields. */
  static Installation on(Testbed testbed) throws Exception {
    KubernetesClient client = testbed.client();
    testbed.kubectl("apply", "--validate=strict", "-f", SHIPPED.toString());
    // Tests are about other keys than those of the example, whose collector is not there.
    client.resource(KubeObjects.configMap(NAMESPACE, "headwater", Map.of())).update();
    Path account = testbed.account(NAMESPACE, ACCOUNT);
    Installation installation = new Installation(client, account, new AuditLog(testbed.auditLog()));
    installation.grants.add(client, SHIPPED.resolve("10-rbac.yaml"), NAMESPACE);
    return installation;
  }

  /** A kubeconfig of the ServiceAccount. */
  Path account() {
    return account;
  }

  /** Applies what is shipped for namespaces whose Ingresses name Secrets. */
  void allowSecrets(String namespace) throws Exception {
    allow(SECRETS, namespace);
  }

  /** The same for namespaces whose Ingresses name ConfigMaps with header fields. */
  void allowHeaders(String namespace) throws Exception {
    allow(HEADERS, namespace);
  }

  private void allow(Path shipped, String namespace) throws Exception {
    try (InputStream in = Files.newInputStream(shipped)) {
      client.load(in).inNamespace(namespace).create();
    }
    grants.add(client, shipped, namespace);
  }

  /** The rule for its ConfigMap, for another one, as the README of the manifests says. */
  void allowConfigMap(String namespace, String name) {
    Role role =
        new RoleBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName("settings")
            .endMetadata()
            .addNewRule()
            .withApiGroups("")
            .withResources("configmaps")
            .withResourceNames(name)
            .withVerbs("list", "watch")
            .endRule()
            .build();
    client.resource(role).create();
    client
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("settings")
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "Role", "settings")
                .addNewSubject()
                .withKind("ServiceAccount")
                .withNamespace(NAMESPACE)
                .withName(ACCOUNT)
                .endSubject()
                .build())
        .create();
    grants.add(role);
  }

  /** Something beyond the rights that is asked for in case they come. */
  void expect(String wanted) {
    expected.add(wanted);
  }

  /** What gateways asked for in this run. */
  List<AuditLog.Entry> asked() throws IOException {
    return audit.ofUser(USER);
  }

  /** What they asked for and had no right to, without what was expected. */
  Set<String> beyond() throws IOException {
    return asked().stream()
        .filter(entry -> !grants.cover(entry))
        .map(AuditLog.Entry::wanted)
        .filter(wanted -> !expected.contains(wanted))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  void close() {
    client.close();
  }
}
