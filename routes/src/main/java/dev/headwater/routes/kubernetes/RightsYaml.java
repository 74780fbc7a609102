package dev.headwater.routes.kubernetes;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Roles and their bindings as a file for {@code kubectl apply}: what {@code headwater ingress} is
 * to be allowed, and with it {@code headwater migrate}, which reads a part of the same.
 */
public final class RightsYaml {
  private static final String SEPARATOR = "---\n";

  /** What holds for any cluster, as the shipped manifest has it; a test compares the two. */
  private static final String EVERYWHERE =
      """
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata:
        name: ACCOUNT-ingress
      rules:
        - apiGroups: [networking.k8s.io]
          resources: [ingresses, ingressclasses]
          verbs: [list, watch]
        - apiGroups: [discovery.k8s.io]
          resources: [endpointslices]
          verbs: [list, watch]
        - apiGroups: [""]
          resources: [services, namespaces]
          verbs: [list, watch]
        - apiGroups: [networking.k8s.io]
          resources: [ingresses/status]
          verbs: [patch]
        - apiGroups: [events.k8s.io]
          resources: [events]
          verbs: [create]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata:
        name: ACCOUNT-ingress
      roleRef:
        apiGroup: rbac.authorization.k8s.io
        kind: ClusterRole
        name: ACCOUNT-ingress
      subjects:
        - kind: ServiceAccount
          name: "ACCOUNT"
          namespace: "HOME"
      """;

  private static final String HOME =
      """
      rules:
        - apiGroups: [""]
          resources: [configmaps]
          resourceNames: [headwater]
          verbs: [list, watch]
        # A right to create cannot be bound to a name.
        - apiGroups: [coordination.k8s.io]
          resources: [leases]
          verbs: [create]
        - apiGroups: [coordination.k8s.io]
          resources: [leases]
          resourceNames: [headwater-ingress]
          verbs: [get, patch, update]
      """;

  private final ObjectName account;
  private final StringBuilder yaml = new StringBuilder();

  private RightsYaml(ObjectName account) {
    this.account = account;
  }

  /**
   * Writes a file. Names of objects are written as they are: {@link NeededRights} holds none that
   * could be anything else.
   *
   * @param account the ServiceAccount that gets the rights
   */
  public static String of(NeededRights rights, ObjectName account) {
    RightsYaml file = new RightsYaml(account);
    file.yaml.append("# What ").append(account).append(" may do. It reads Secrets by name.\n");
    file.yaml.append(file.filled(EVERYWHERE));
    file.role("ingress", account.namespace(), HOME);
    file.roles("settings", "configmaps", rights.settings());
    file.roles("secrets", "secrets", rights.secrets());
    file.roles("headers", "configmaps", rights.headers());
    return file.yaml.toString();
  }

  private String filled(String template) {
    return template.replace("ACCOUNT", account.name()).replace("HOME", account.namespace());
  }

  /** One Role for each namespace. */
  private void roles(String purpose, String resource, Collection<ObjectName> objects) {
    Map<String, List<ObjectName>> byNamespace =
        objects.stream()
            .collect(
                Collectors.groupingBy(ObjectName::namespace, TreeMap::new, Collectors.toList()));
    byNamespace.forEach((namespace, named) -> role(purpose, namespace, rules(resource, named)));
  }

  private static String rules(String resource, List<ObjectName> named) {
    StringBuilder rules = new StringBuilder("rules:\n  - apiGroups: [\"\"]\n");
    rules.append("    resources: [").append(resource).append("]\n    resourceNames:\n");
    named.forEach(each -> rules.append("      - \"").append(each.name()).append("\"\n"));
    return rules.append("    verbs: [list, watch]\n").toString();
  }

  private void role(String purpose, String namespace, String rules) {
    String name = account.name() + "-" + purpose;
    head("Role", name, namespace).append(rules);
    head("RoleBinding", name, namespace)
        .append("roleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: Role\n  name: ")
        .append(name)
        .append("\nsubjects:\n  - kind: ServiceAccount\n    name: \"")
        .append(account.name())
        .append("\"\n    namespace: \"")
        .append(account.namespace())
        .append("\"\n");
  }

  private StringBuilder head(String kind, String name, String namespace) {
    yaml.append(SEPARATOR).append("apiVersion: rbac.authorization.k8s.io/v1\nkind: ");
    yaml.append(kind).append("\nmetadata:\n  name: ").append(name).append('\n');
    return namespace.isEmpty()
        ? yaml
        : yaml.append("  namespace: \"").append(namespace).append("\"\n");
  }
}
