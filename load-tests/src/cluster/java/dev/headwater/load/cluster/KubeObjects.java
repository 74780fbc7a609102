package dev.headwater.load.cluster;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.IngressLoadBalancerIngress;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Objects as users write them. */
final class KubeObjects {
  static final String CLASS = "headwater";
  static final int SERVICE_PORT = 80;

  private KubeObjects() {}

  /** An Ingress of our class with one rule. */
  static Ingress ingress(String namespace, String name, String host, String service) {
    return ingress(namespace, name, host, "/", service, Map.of());
  }

  static Ingress ingress(
      String namespace,
      String name,
      String host,
      String path,
      String service,
      Map<String, String> annotations) {
    return new IngressBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .withAnnotations(annotations)
        .endMetadata()
        .withNewSpec()
        .withIngressClassName(CLASS)
        .addNewRule()
        .withHost(host)
        .withNewHttp()
        .addNewPath()
        .withPath(path)
        .withPathType(path.equals("/") ? "Prefix" : "ImplementationSpecific")
        .withNewBackend()
        .withNewService()
        .withName(service)
        .withNewPort()
        .withNumber(SERVICE_PORT)
        .endPort()
        .endService()
        .endBackend()
        .endPath()
        .endHttp()
        .endRule()
        .endSpec()
        .build();
  }

  /** The same with a Secret for its host, which is served in clear, too. */
  static Ingress secured(Ingress ingress, String secret) {
    return new IngressBuilder(ingress)
        .editMetadata()
        .addToAnnotations("nginx.ingress.kubernetes.io/ssl-redirect", "false")
        .endMetadata()
        .editSpec()
        .addNewTl()
        .withHosts(ingress.getSpec().getRules().get(0).getHost())
        .withSecretName(secret)
        .endTl()
        .endSpec()
        .build();
  }

  /** A Service without selector, whose one port goes to another one of its endpoints. */
  static Service service(String namespace, String name, int target) {
    return new ServiceBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .addNewPort()
        .withPort(SERVICE_PORT)
        .withNewTargetPort(target)
        .endPort()
        .endSpec()
        .build();
  }

  /** A slice of ready IPv4 endpoints. */
  static EndpointSlice slice(
      String namespace, String service, String suffix, int port, List<String> addresses) {
    return slice(
        namespace,
        service,
        suffix,
        port,
        "IPv4",
        addresses.stream().map(each -> endpoint(each, true, true, false, null)).toList());
  }

  static EndpointSlice slice(
      String namespace,
      String service,
      String suffix,
      int port,
      String family,
      List<Endpoint> endpoints) {
    return new EndpointSliceBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(service + "-" + suffix)
        .withLabels(Map.of("kubernetes.io/service-name", service))
        .endMetadata()
        .withAddressType(family)
        .addNewPort()
        .withName("")
        .withProtocol("TCP")
        .withPort(port)
        .endPort()
        .withEndpoints(endpoints)
        .build();
  }

  /**
   * An endpoint of a slice.
   *
   * @param pod whose address it is, or null
   */
  static Endpoint endpoint(
      String address, boolean ready, boolean serving, boolean terminating, @Nullable String pod) {
    EndpointBuilder endpoint =
        new EndpointBuilder()
            .withAddresses(address)
            .withNewConditions()
            .withReady(ready)
            .withServing(serving)
            .withTerminating(terminating)
            .endConditions();
    return pod == null
        ? endpoint.build()
        : endpoint.withNewTargetRef().withKind("Pod").withName(pod).endTargetRef().build();
  }

  static Secret secret(String namespace, String name, String chain, String key) {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .endMetadata()
        .withType("kubernetes.io/tls")
        .withStringData(Map.of("tls.crt", chain, "tls.key", key))
        .build();
  }

  static ConfigMap configMap(String namespace, String name, Map<String, String> data) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .endMetadata()
        .withData(data)
        .build();
  }

  /** Addresses in the status of an Ingress as the API server has it now; empty for none. */
  static List<String> published(KubernetesClient client, String namespace, String name) {
    Ingress now = client.network().v1().ingresses().inNamespace(namespace).withName(name).get();
    return now == null || now.getStatus() == null || now.getStatus().getLoadBalancer() == null
        ? List.of()
        : now.getStatus().getLoadBalancer().getIngress().stream()
            .map(IngressLoadBalancerIngress::getIp)
            .toList();
  }

  /** Notes of the Events about an Ingress. */
  static List<String> events(KubernetesClient client, String namespace, String ingress) {
    return client.events().v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(each -> each.getRegarding() != null)
        .filter(each -> ingress.equals(each.getRegarding().getName()))
        .map(each -> each.getReason() + ": " + each.getNote())
        .toList();
  }

  /** Lets go an Ingress that is kept by a finalizer. */
  static void release(KubernetesClient client, Ingress kept) {
    if (!kept.getMetadata().getFinalizers().isEmpty()) {
      client
          .network()
          .v1()
          .ingresses()
          .inNamespace(kept.getMetadata().getNamespace())
          .withName(kept.getMetadata().getName())
          .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
    }
  }
}
