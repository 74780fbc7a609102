package dev.headwater.gateway.cluster;

import dev.headwater.routes.kubernetes.ClusterObjects;
import dev.headwater.routes.kubernetes.ControllerPolicy;
import dev.headwater.routes.kubernetes.CustomHeaders;
import dev.headwater.routes.kubernetes.ObjectName;
import dev.headwater.routes.kubernetes.ObjectReport;
import dev.headwater.routes.nginx.NginxAnnotations;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressTLS;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which objects are read by their names: those that Ingresses of ours name in their own namespace.
 *
 * @param secrets with certificates
 * @param configMaps with header fields; the controller's own is not one of them
 */
record NamedObjects(Set<ObjectName> secrets, Set<ObjectName> configMaps) {
  /**
   * Names of objects.
   *
   * @param reports of the objects that are ours; what others name is none of our business
   */
  static NamedObjects of(
      ClusterObjects objects, List<ObjectReport> reports, ControllerPolicy policy) {
    Set<ObjectName> ours = reports.stream().map(ObjectReport::object).collect(Collectors.toSet());
    Set<ObjectName> secrets = new HashSet<>();
    Set<ObjectName> configMaps = new HashSet<>();
    if (policy.defaultCertificate() != null) {
      secrets.add(policy.defaultCertificate());
    }
    for (Ingress each : objects.ingresses()) {
      if (ours.contains(ObjectName.of(each)) && !isCanary(each)) {
        addSecrets(each, secrets);
        ObjectName headers = CustomHeaders.named(each);
        if (headers != null && !headers.equals(policy.configMap())) {
          configMaps.add(headers);
        }
      }
    }
    return new NamedObjects(secrets, configMaps);
  }

  /** Canaries are served with what others name. */
  private static boolean isCanary(Ingress ingress) {
    Map<String, String> annotations = ingress.getMetadata().getAnnotations();
    return annotations != null && NginxAnnotations.isCanary(annotations);
  }

  private static void addSecrets(Ingress ingress, Set<ObjectName> secrets) {
    if (ingress.getSpec() == null) {
      return;
    }
    for (IngressTLS tls : ingress.getSpec().getTls()) {
      if (tls.getSecretName() != null && !tls.getSecretName().isEmpty()) {
        secrets.add(
            new ObjectName("Secret", ingress.getMetadata().getNamespace(), tls.getSecretName()));
      }
    }
  }
}
