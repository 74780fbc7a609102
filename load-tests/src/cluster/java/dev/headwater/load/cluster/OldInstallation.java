package dev.headwater.load.cluster;

import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.IngressClassBuilder;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import java.util.Map;

/**
 * What an ingress-nginx leaves behind: its ConfigMap, which the gateway may read by name, its class
 * and Ingresses with the annotation of old; nothing in it speaks of Headwater.
 *
 * @param namespace of its own
 */
record OldInstallation(Cluster cluster, String namespace) {
  private static final String SETTINGS = "ingress-nginx-controller";

  /** One with these keys. */
  static OldInstallation with(Cluster cluster, Map<String, String> keys) {
    OldInstallation old = new OldInstallation(cluster, cluster.namespaceWithoutSecrets());
    cluster.installation().allowConfigMap(old.namespace, SETTINGS);
    cluster.create(KubeObjects.configMap(old.namespace, SETTINGS, keys));
    cluster
        .client()
        .resource(
            new IngressClassBuilder()
                .withNewMetadata()
                .withName("nginx")
                .endMetadata()
                .withNewSpec()
                .withController("k8s.io/ingress-nginx")
                .endSpec()
                .build())
        .createOr(NonDeletingOperation::update);
    return old;
  }

  /** An Ingress in front of a Service, of the class that its annotation names. */
  void ingress(String shop, String host, String service) {
    Map<String, String> annotations = Map.of("kubernetes.io/ingress.class", "nginx");
    cluster.create(
        new IngressBuilder(KubeObjects.ingress(shop, "old", host, "/", service, annotations))
            .editSpec()
            .withIngressClassName(null)
            .endSpec()
            .build());
  }

  /** A gateway in its place. */
  IngressProcess.Setup successor(String name) {
    return cluster
        .setup(name)
        .with("--adopt-class=nginx", "--configmap=" + namespace + "/" + SETTINGS);
  }

  /** Writes other keys into its ConfigMap. */
  void edit(Map<String, String> keys) {
    cluster.client().resource(KubeObjects.configMap(namespace, SETTINGS, keys)).update();
  }
}
