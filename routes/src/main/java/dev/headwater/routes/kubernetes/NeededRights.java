package dev.headwater.routes.kubernetes;

import dev.headwater.routes.document.YamlDocument;
import dev.headwater.routes.nginx.Manifests;
import dev.headwater.routes.nginx.Manifests.Manifest;
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

  /** For Ingresses in files, and the first ConfigMap there that is a controller's. */
  public static NeededRights of(List<YamlDocument> documents) {
    List<ObjectName> named = new ArrayList<>();
    ObjectName settings = null;
    for (Manifest each : Manifests.of(documents).found()) {
      if (each.kind().equals("Ingress")) {
        each.secrets().forEach(name -> named.add(new ObjectName("Secret", each.namespace(), name)));
        addTo(named, CustomHeaders.named(each.texts(), each.namespace()));
      } else if (settings == null && each.isController()) {
        settings = new ObjectName("ConfigMap", each.namespace(), each.name());
      }
    }
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
