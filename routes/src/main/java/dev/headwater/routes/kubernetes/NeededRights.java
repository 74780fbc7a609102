package dev.headwater.routes.kubernetes;

import dev.headwater.routes.document.YamlDocument;
import dev.headwater.routes.nginx.Manifests;
import dev.headwater.routes.nginx.Manifests.Manifest;
import dev.headwater.routes.nginx.NginxAnnotations;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressTLS;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which objects the controller reads by their names, for the rights to do so: nothing else of a
 * namespace is to be open to it.
 *
 * @param secrets with certificates, which Ingresses name in their own namespace
 * @param headers ConfigMaps with header fields, which Ingresses name in their own namespace
 * @param settings the ConfigMap of a controller before, which the controller may go on with
 * @param refused what is named though no object can have such a name
 */
public record NeededRights(
    SortedSet<ObjectName> secrets,
    SortedSet<ObjectName> headers,
    SortedSet<ObjectName> settings,
    SortedSet<ObjectName> refused) {
  /** For Ingresses of a cluster. */
  static NeededRights of(Collection<Ingress> ingresses, ObjectName settings) {
    List<ObjectName> named = new ArrayList<>();
    for (Ingress ingress : ingresses) {
      if (NginxAnnotations.isCanary(Absent.annotations(ingress))) {
        continue; // It is served with certificates and fields of another one.
      }
      String namespace = Absent.text(ingress.getMetadata().getNamespace());
      List<IngressTLS> tls =
          ingress.getSpec() == null ? List.of() : Absent.list(ingress.getSpec().getTls());
      for (IngressTLS each : tls) {
        if (!Absent.text(each.getSecretName()).isEmpty()) {
          named.add(new ObjectName("Secret", namespace, each.getSecretName()));
        }
      }
      addTo(named, CustomHeaders.named(ingress));
    }
    return of(named, settings);
  }

  /**
   * For Ingresses in files of classes that we take, and the ConfigMap of a controller before.
   *
   * @param configMap NAMESPACE/NAME of that; where it is not there, the first that has its keys
   */
  public static NeededRights of(List<YamlDocument> documents, String configMap) {
    List<ObjectName> named = new ArrayList<>();
    Manifests.Read read = Manifests.of(documents);
    for (Manifest each : read.found()) {
      if (each.isServed()) {
        each.secrets().forEach(name -> named.add(new ObjectName("Secret", each.namespace(), name)));
        addTo(named, CustomHeaders.named(each.texts(), each.namespace()));
      }
    }
    ObjectName settings =
        read.controllers(configMap).stream()
            .findFirst()
            .map(each -> new ObjectName("ConfigMap", each.namespace(), each.name()))
            .orElse(null);
    return of(named, settings);
  }

  private static void addTo(List<ObjectName> named, @Nullable ObjectName name) {
    if (name != null) {
      named.add(name);
    }
  }

  private static NeededRights of(List<ObjectName> named, @Nullable ObjectName settings) {
    SortedSet<ObjectName> secrets = new TreeSet<>();
    SortedSet<ObjectName> headers = new TreeSet<>();
    SortedSet<ObjectName> own = new TreeSet<>();
    SortedSet<ObjectName> refused = new TreeSet<>();
    for (ObjectName each : named) {
      (!each.isPossible() ? refused : each.kind().equals("Secret") ? secrets : headers).add(each);
    }
    if (settings != null) {
      (settings.isPossible() ? own : refused).add(settings);
    }
    return new NeededRights(secrets, headers, own, refused);
  }
}
