package dev.headwater.gateway.cluster;

import dev.headwater.routes.kubernetes.ClusterObjects;
import dev.headwater.routes.kubernetes.ControllerPolicy;
import dev.headwater.routes.kubernetes.ObjectName;
import dev.headwater.routes.kubernetes.ObjectReport;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressTLS;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Which Secrets are read: those that Ingresses of ours name in their own namespace. */
final class NamedSecrets {
  private NamedSecrets() {}

  /**
   * Names of Secrets.
   *
   * @param reports of the objects that are ours; what others name is none of our business
   */
  static Set<ObjectName> of(
      ClusterObjects objects, List<ObjectReport> reports, ControllerPolicy policy) {
    Set<ObjectName> ours = reports.stream().map(ObjectReport::object).collect(Collectors.toSet());
    Set<ObjectName> named = new HashSet<>();
    if (policy.defaultCertificate() != null) {
      named.add(policy.defaultCertificate());
    }
    for (Ingress each : objects.ingresses()) {
      if (each.getSpec() != null && ours.contains(ObjectName.of(each))) {
        for (IngressTLS tls : each.getSpec().getTls()) {
          if (tls.getSecretName() != null && !tls.getSecretName().isEmpty()) {
            named.add(
                new ObjectName("Secret", each.getMetadata().getNamespace(), tls.getSecretName()));
          }
        }
      }
    }
    return named;
  }
}
