package dev.headwater.gateway.cluster;

import dev.headwater.routes.kubernetes.ClusterObjects;
import dev.headwater.routes.kubernetes.ObjectName;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressClass;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Informable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Caches of the objects that the configuration is made from. Secrets, and ConfigMaps of others, are
 * watched by name, each from when it is first named until it is no longer, so that no right to list
 * them is needed.
 *
 * <p>Used by one thread, except for {@link #close}.
 */
final class ClusterCaches implements AutoCloseable {
  private static final String TLS_SECRET = "kubernetes.io/tls";

  private final KubernetesClient client;
  private final Runnable changed;
  private final Watched<IngressClass> classes;
  private final Watched<Ingress> ingresses;
  private final Watched<Service> services;
  private final Watched<EndpointSlice> slices;
  private final Watched<Namespace> namespaces;
  private final @Nullable Watched<ConfigMap> configMap;
  private final @Nullable Watched<Service> published;
  private final @Nullable Watched<Secret> allSecrets;
  private final Followed<Secret> secrets = new Followed<>(this::secret);
  private final Followed<ConfigMap> configMaps = new Followed<>(this::configMap);
  private boolean closed;

  /** Empty caches; {@code changed} is told of each change, on threads of the client's. */
  ClusterCaches(KubernetesClient client, ClusterOptions options, Runnable changed) {
    this.client = client;
    this.changed = changed;
    String only = options.policy().watchNamespace();
    var ingressesOf = client.network().v1().ingresses();
    var slicesOf = client.discovery().v1().endpointSlices();
    this.classes =
        watch(client.network().v1().ingressClasses(), "IngressClasses", Watched::anyVersion);
    this.ingresses =
        watch(
            only == null ? ingressesOf.inAnyNamespace() : ingressesOf.inNamespace(only),
            "Ingresses",
            ClusterCaches::reads);
    this.services =
        watch(
            only == null ? client.services().inAnyNamespace() : client.services().inNamespace(only),
            "Services",
            ClusterCaches::differ);
    this.slices =
        watch(
            only == null ? slicesOf.inAnyNamespace() : slicesOf.inNamespace(only),
            "EndpointSlices",
            Watched::anyVersion);
    this.namespaces =
        only == null
            ? watch(client.namespaces(), "Namespaces", ClusterCaches::dies)
            : watch(client.namespaces().withName(only), "Namespace " + only, ClusterCaches::dies);
    ObjectName settings = options.policy().configMap();
    this.configMap =
        settings == null
            ? null
            : watch(
                client.configMaps().inNamespace(settings.namespace()).withName(settings.name()),
                settings.toString(),
                Watched::anyVersion);
    ObjectName service = options.publishService();
    this.published =
        service == null
            ? null
            : watch(
                client.services().inNamespace(service.namespace()).withName(service.name()),
                service.toString(),
                Watched::anyVersion);
    this.allSecrets =
        options.listSecrets()
            ? watch(
                only == null
                    ? client.secrets().inAnyNamespace().withField("type", TLS_SECRET)
                    : client.secrets().inNamespace(only).withField("type", TLS_SECRET),
                "Secrets",
                Watched::anyVersion)
            : null;
  }

  private <T extends HasMetadata> Watched<T> watch(
      Informable<T> objects, String what, BiPredicate<? super T, ? super T> matters) {
    return new Watched<>(objects, what, matters, () -> changed.run());
  }

  /** What statuses of Ingresses say is ours, and no reason to compile. */
  private static boolean reads(Ingress before, Ingress after) {
    return !Objects.equals(before.getSpec(), after.getSpec())
        || metadataDiffer(before.getMetadata(), after.getMetadata());
  }

  private static boolean differ(Service before, Service after) {
    return !Objects.equals(before.getSpec(), after.getSpec())
        || metadataDiffer(before.getMetadata(), after.getMetadata());
  }

  private static boolean metadataDiffer(ObjectMeta before, ObjectMeta after) {
    return !Objects.equals(before.getAnnotations(), after.getAnnotations())
        || !Objects.equals(before.getLabels(), after.getLabels())
        || !Objects.equals(before.getDeletionTimestamp(), after.getDeletionTimestamp());
  }

  private static boolean dies(Namespace before, Namespace after) {
    return dying(before) != dying(after);
  }

  private static boolean dying(Namespace namespace) {
    return namespace.getMetadata().getDeletionTimestamp() != null;
  }

  /** Begins to list and watch; does not wait. */
  void start() {
    lasting().forEach(Watched::start);
  }

  private Stream<Watched<?>> lasting() {
    return Stream.<@Nullable Watched<?>>of(
            classes, ingresses, services, slices, namespaces, configMap, published, allSecrets)
        .filter(Objects::nonNull)
        .map(Objects::requireNonNull);
  }

  /** Kinds that were not listed yet; with none there is a whole view of the cluster. */
  List<String> missing() {
    return lasting().filter(each -> !each.synced()).map(Watched::what).toList();
  }

  /** Whether each named object was read, or is known not to be readable. */
  boolean namedSettled() {
    return secrets.settled() && configMaps.settled();
  }

  private Watched<Secret> secret(ObjectName name) {
    return watch(
        client.secrets().inNamespace(name.namespace()).withName(name.name()),
        name.toString(),
        Watched::anyVersion);
  }

  private Watched<ConfigMap> configMap(ObjectName name) {
    return watch(
        client.configMaps().inNamespace(name.namespace()).withName(name.name()),
        name.toString(),
        Watched::anyVersion);
  }

  /** Watches the objects of these names from now on, and no others. */
  synchronized void follow(Set<ObjectName> namedSecrets, Set<ObjectName> namedConfigMaps) {
    if (closed) {
      return;
    }
    if (allSecrets == null) {
      secrets.follow(namedSecrets);
    }
    configMaps.follow(namedConfigMaps);
  }

  /** What the caches hold now. */
  ClusterObjects view() {
    List<ConfigMap> maps = new ArrayList<>(configMaps.objects());
    maps.addAll(configMap == null ? List.of() : configMap.objects());
    return new ClusterObjects(
        classes.objects(),
        ingresses.objects(),
        services.objects(),
        slices.objects(),
        allSecrets == null ? secrets.objects() : allSecrets.objects(),
        maps,
        namespaces.objects().stream()
            .filter(ClusterCaches::dying)
            .map(each -> each.getMetadata().getName())
            .collect(Collectors.toUnmodifiableSet()));
  }

  /** Ingresses with their statuses. */
  List<Ingress> ingresses() {
    return ingresses.objects();
  }

  /** The Service whose addresses go into statuses; null while there is none. */
  @Nullable Service published() {
    List<Service> found = published == null ? List.of() : published.objects();
    return found.isEmpty() ? null : found.get(0);
  }

  @Override
  public synchronized void close() {
    closed = true;
    lasting().forEach(Watched::close);
    secrets.close();
    configMaps.close();
  }
}
