package dev.headwater.routes.kubernetes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressClass;
import java.util.List;
import java.util.Set;

/**
 * What is known of a cluster at one moment: each object once, in any order, since the order says
 * nothing. Objects are read and never changed.
 *
 * @param classes of the whole cluster
 * @param ingresses of any class; whose they are is decided by what is compiled
 * @param services those that Ingresses may name
 * @param slices endpoints of services, told apart by the label {@code kubernetes.io/service-name}
 * @param secrets those that could be read
 * @param configMaps the controller's own, when there is one, and those that Ingresses name
 * @param dyingNamespaces names of namespaces that are being deleted: their Ingresses claim nothing
 *     any more, though nobody has deleted them yet
 */
public record ClusterObjects(
    List<IngressClass> classes,
    List<Ingress> ingresses,
    List<Service> services,
    List<EndpointSlice> slices,
    List<Secret> secrets,
    List<ConfigMap> configMaps,
    Set<String> dyingNamespaces) {
  /** An empty cluster. */
  public static final ClusterObjects NONE =
      new ClusterObjects(
          List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), Set.of());

  public ClusterObjects {
    classes = List.copyOf(classes);
    ingresses = List.copyOf(ingresses);
    services = List.copyOf(services);
    slices = List.copyOf(slices);
    secrets = List.copyOf(secrets);
    configMaps = List.copyOf(configMaps);
    dyingNamespaces = Set.copyOf(dyingNamespaces);
  }
}
