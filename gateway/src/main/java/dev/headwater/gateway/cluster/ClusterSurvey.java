package dev.headwater.gateway.cluster;

import dev.headwater.routes.kubernetes.ClusterMigration;
import dev.headwater.routes.kubernetes.ClusterObjects;
import dev.headwater.routes.kubernetes.NeededRights;
import dev.headwater.routes.kubernetes.ObjectName;
import dev.headwater.routes.nginx.Migration;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressClass;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Listable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of ingress-nginx's, looked at once. It only lists: kinds that a controller reads as a
 * whole, and Secrets and ConfigMaps each by its name, so that the rights of {@link NeededRights}
 * suffice.
 *
 * @param migration what would become of each key
 * @param rights what the controller would need
 * @param unread what may not be read, each with the reason; the migration is that of the rest
 * @param isConfigured whether the ConfigMap is there
 */
public record ClusterSurvey(
    Migration migration, NeededRights rights, List<String> unread, boolean isConfigured) {
  private static final int FORBIDDEN = 403;

  public ClusterSurvey {
    unread = List.copyOf(unread);
  }

  /**
   * Looks at a cluster, which blocks for as long as the API server takes.
   *
   * @param kubeconfig or null for what {@code KUBECONFIG} names, otherwise the pod's account
   * @param configMap ingress-nginx's own
   * @throws IOException when there is no way to the API server, or it fails
   */
  public static ClusterSurvey of(@Nullable Path kubeconfig, ObjectName configMap)
      throws IOException {
    try (KubernetesClient client = ClusterClient.open(kubeconfig)) {
      return new Reader(client, configMap).survey();
    }
  }

  /**
   * The rights alone, with an empty migration: for those it is enough to read which Ingresses there
   * are, and whoever asks need not be allowed to read a Secret.
   *
   * @throws IOException as {@link #of} does
   */
  public static ClusterSurvey ofRights(@Nullable Path kubeconfig, ObjectName configMap)
      throws IOException {
    try (KubernetesClient client = ClusterClient.open(kubeconfig)) {
      return new Reader(client, configMap).rights();
    }
  }

  /** Reads what may be read, and remembers the rest. */
  private static final class Reader {
    /** A list with this selector needs no more than the right to the one object. */
    private static final String BY_NAME = "metadata.name";

    private final KubernetesClient client;
    private final ObjectName configMap;
    private final ClusterMigration migration;
    private final SortedSet<ObjectName> unread = new TreeSet<>();

    Reader(KubernetesClient client, ObjectName configMap) {
      this.client = client;
      this.configMap = configMap;
      this.migration = new ClusterMigration(configMap, FallbackCertificate.make(Instant.now()));
    }

    ClusterSurvey rights() throws IOException {
      NeededRights rights = migration.rights(ingresses());
      return new ClusterSurvey(new Migration(List.of(), List.of()), rights, told(), true);
    }

    ClusterSurvey survey() throws IOException {
      ClusterObjects found = ingresses();
      NeededRights rights = migration.rights(found);
      List<ConfigMap> maps = configMap(configMap);
      final boolean isConfigured = !maps.isEmpty() || unread.contains(configMap);
      for (ObjectName each : rights.headers()) {
        maps.addAll(each.equals(configMap) ? List.of() : configMap(each));
      }
      List<Secret> secrets = new ArrayList<>();
      for (ObjectName each : rights.secrets()) {
        secrets.addAll(secret(each));
      }
      List<Service> services =
          list(kind(ClusterMigration.SERVICES), client.services().inAnyNamespace());
      Migration table =
          migration.table(
              objects(found.classes(), found.ingresses(), services, secrets, maps), unread);
      return new ClusterSurvey(table, rights, told(), isConfigured);
    }

    /** Classes and Ingresses. */
    private ClusterObjects ingresses() throws IOException {
      var network = client.network().v1();
      return objects(
          list(kind("IngressClasses"), network.ingressClasses()),
          list(kind("Ingresses"), network.ingresses().inAnyNamespace()),
          List.of(),
          List.of(),
          List.of());
    }

    private static ObjectName kind(String plural) {
      return new ObjectName(plural, "", "");
    }

    private static ClusterObjects objects(
        List<IngressClass> classes,
        List<Ingress> ingresses,
        List<Service> services,
        List<Secret> secrets,
        List<ConfigMap> maps) {
      return new ClusterObjects(classes, ingresses, services, List.of(), secrets, maps, Set.of());
    }

    private List<ConfigMap> configMap(ObjectName name) throws IOException {
      return list(
          name, client.configMaps().inNamespace(name.namespace()).withField(BY_NAME, name.name()));
    }

    private List<Secret> secret(ObjectName name) throws IOException {
      return list(
          name, client.secrets().inNamespace(name.namespace()).withField(BY_NAME, name.name()));
    }

    private <T extends HasMetadata> List<T> list(
        ObjectName what, Listable<? extends KubernetesResourceList<T>> objects) throws IOException {
      try {
        return new ArrayList<>(objects.list().getItems());
      } catch (KubernetesClientException e) {
        if (e.getCode() != FORBIDDEN) {
          Throwable cause = e.getCode() == 0 && e.getCause() != null ? e.getCause() : e;
          throw new IOException(
              "the API server at " + client.getMasterUrl() + ": " + cause.getMessage(), e);
        }
        unread.add(what);
        return new ArrayList<>();
      }
    }

    private List<String> told() {
      return unread.stream()
          .map(each -> (each.name().isEmpty() ? each.kind() : each) + ": may not be read (403)")
          .toList();
    }
  }
}
