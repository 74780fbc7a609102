package dev.headwater.load.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What Roles in files grant, by the rules of RBAC. */
final class Grants {
  private final List<Grant> grants = new ArrayList<>();

  /** A rule; of a namespace, or of all where it is empty. */
  private record Grant(String namespace, PolicyRule rule) {
    boolean covers(AuditLog.Entry entry) {
      List<String> names = rule.getResourceNames();
      return (namespace.isEmpty() || namespace.equals(entry.namespace()))
          && rule.getVerbs().contains(entry.verb())
          && rule.getApiGroups().contains(entry.group())
          && rule.getResources().contains(entry.resource())
          && (names == null || names.isEmpty() || names.contains(entry.name()));
    }
  }

  /**
   * Adds the Roles and ClusterRoles of a file.
   *
   * @param namespace of Roles that name none
   */
  void add(KubernetesClient client, Path file, String namespace) throws Exception {
    try (InputStream in = Files.newInputStream(file)) {
      for (HasMetadata each : client.load(in).items()) {
        if (each instanceof ClusterRole role) {
          role.getRules().forEach(rule -> grants.add(new Grant("", rule)));
        } else if (each instanceof Role role) {
          String own = role.getMetadata().getNamespace();
          role.getRules()
              .forEach(rule -> grants.add(new Grant(own == null ? namespace : own, rule)));
        }
      }
    }
  }

  /** Adds a Role. */
  void add(Role role) {
    role.getRules().forEach(rule -> grants.add(new Grant(role.getMetadata().getNamespace(), rule)));
  }

  /** Whether any of them allows a request. */
  boolean cover(AuditLog.Entry entry) {
    return grants.stream().anyMatch(grant -> grant.covers(entry));
  }
}
