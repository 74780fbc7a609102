package dev.headwater.routes.kubernetes;

import dev.headwater.routes.BindAddress;
import dev.headwater.routes.Endpoint;
import dev.headwater.routes.LogPolicy;
import dev.headwater.routes.Route;
import dev.headwater.routes.ServerCertificate;
import dev.headwater.routes.Upstream;
import dev.headwater.routes.match.RouteQuery;
import dev.headwater.routes.match.RouteTable;
import dev.headwater.routes.nginx.KeyFinding;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPath;
import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPathBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBackend;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBackendBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.IngressClass;
import io.fabric8.kubernetes.api.model.networking.v1.IngressClassBuilder;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A cluster that is written down object by object, and what it comes to. */
final class Cluster {
  static final ServerCertificate FALLBACK = fallback();
  static final ControllerPolicy POLICY =
      new ControllerPolicy(
          "headwater",
          false,
          null,
          new ObjectName("ConfigMap", "headwater", "headwater"),
          null,
          null,
          new ControllerPolicy.Addresses(
              new BindAddress("::", 80),
              new BindAddress("::", 443),
              new BindAddress("127.0.0.1", 9900),
              new BindAddress("::", 9901)),
          FALLBACK,
          LogPolicy.DEFAULT,
          Map.of());

  final List<IngressClass> classes = new ArrayList<>();
  final List<Ingress> ingresses = new ArrayList<>();
  final List<Service> services = new ArrayList<>();
  final List<EndpointSlice> slices = new ArrayList<>();
  final List<Secret> secrets = new ArrayList<>();
  final List<ConfigMap> configMaps = new ArrayList<>();
  final Set<String> dying = new HashSet<>();
  ControllerPolicy policy = POLICY;
  Kept kept = Kept.NOTHING;

  private static ServerCertificate fallback() {
    try {
      KeyPairGenerator pairs = KeyPairGenerator.getInstance("EC");
      return new ServerCertificate(
          "fallback", List.of(), pairs.generateKeyPair().getPrivate(), List.of());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  Cluster with(Ingress ingress) {
    ingresses.add(ingress);
    return this;
  }

  Cluster with(IngressBuilder ingress) {
    return with(ingress.build());
  }

  Cluster ingressClass(String name, String controller, boolean isDefault) {
    classes.add(
        new IngressClassBuilder()
            .withNewMetadata()
            .withName(name)
            .addToAnnotations(
                "ingressclass.kubernetes.io/is-default-class", String.valueOf(isDefault))
            .endMetadata()
            .withNewSpec()
            .withController(controller)
            .endSpec()
            .build());
    return this;
  }

  /** A Service with one unnamed port 80 and one ready pod. */
  Cluster service(String namespace, String name) {
    services.add(serviceOf(namespace, name).build());
    return slice(namespace, name, "a", "IPv4", null, "10.0.0.1");
  }

  static ServiceBuilder serviceOf(String namespace, String name) {
    return new ServiceBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withType("ClusterIP")
        .withClusterIP("10.96.0.1")
        .addNewPort()
        .withPort(80)
        .withProtocol("TCP")
        .endPort()
        .endSpec();
  }

  /** A slice of ready addresses at port 8080. */
  Cluster slice(
      String namespace,
      String service,
      String suffix,
      String family,
      @Nullable String portName,
      String... addresses) {
    EndpointSliceBuilder slice = sliceOf(namespace, service, suffix, family, portName);
    for (String address : addresses) {
      slice.addNewEndpoint().withAddresses(address).endEndpoint();
    }
    slices.add(slice.build());
    return this;
  }

  static EndpointSliceBuilder sliceOf(
      String namespace, String service, String suffix, String family, @Nullable String portName) {
    return new EndpointSliceBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(service + "-" + suffix)
        .addToLabels("kubernetes.io/service-name", service)
        .endMetadata()
        .withAddressType(family)
        .addNewPort()
        .withName(portName)
        .withProtocol("TCP")
        .withPort(8080)
        .endPort();
  }

  /** The controller's ConfigMap, with keys and values in turn. */
  Cluster configMap(String... data) {
    ConfigMapBuilder map =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withNamespace("headwater")
            .withName("headwater")
            .withUid("map")
            .endMetadata();
    for (int i = 0; i < data.length; i += 2) {
      map.addToData(data[i], data[i + 1]);
    }
    configMaps.clear();
    configMaps.add(map.build());
    return this;
  }

  /** An Ingress of our class, without rules. */
  static IngressBuilder ingress(String namespace, String name) {
    return new IngressBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .withUid(namespace + "-" + name)
        .withGeneration(7L)
        .withCreationTimestamp("2026-01-01T00:00:00Z")
        .endMetadata()
        .withNewSpec()
        .withIngressClassName("headwater")
        .endSpec();
  }

  /** The same with one rule for a prefix of a host, and the Service of its name at port 80. */
  static IngressBuilder ingress(String namespace, String name, @Nullable String host) {
    return rule(ingress(namespace, name), host, path("Prefix", "/", name));
  }

  /** The same with one more rule. */
  static IngressBuilder rule(
      IngressBuilder ingress, @Nullable String host, HTTPIngressPath... paths) {
    return ingress
        .editSpec()
        .addNewRule()
        .withHost(host)
        .withNewHttp()
        .withPaths(paths)
        .endHttp()
        .endRule()
        .endSpec();
  }

  static HTTPIngressPath path(String type, String path, String service) {
    return new HTTPIngressPathBuilder()
        .withPathType(type)
        .withPath(path)
        .withBackend(backend(service))
        .build();
  }

  static IngressBackend backend(String service) {
    return new IngressBackendBuilder()
        .withNewService()
        .withName(service)
        .withNewPort()
        .withNumber(80)
        .endPort()
        .endService()
        .build();
  }

  static IngressBuilder annotated(IngressBuilder ingress, String key, String value) {
    return ingress.editMetadata().addToAnnotations(key, value).endMetadata();
  }

  static IngressBuilder created(IngressBuilder ingress, String time) {
    return ingress.editMetadata().withCreationTimestamp(time).endMetadata();
  }

  ClusterObjects objects() {
    return new ClusterObjects(classes, ingresses, services, slices, secrets, configMaps, dying);
  }

  Compilation compiled() {
    Compilation compilation = ClusterCompiler.compile(objects(), policy, kept);
    kept = compilation.kept();
    return compilation;
  }

  /** Where a request goes: the name of an upstream, a status that is answered here, or "none". */
  static String answered(Compilation compilation, String host, String path) {
    Route route = route(compilation, host, path);
    if (route == null) {
      return "none";
    }
    return route.respond() == null
        ? route.to().get(0).upstream()
        : String.valueOf(route.respond().status());
  }

  static @Nullable Route route(Compilation compilation, String host, String path) {
    return RouteTable.of(compilation.configuration().routes()).find(new Get(host, path));
  }

  String answered(String host, String path) {
    return answered(compiled(), host, path);
  }

  /** The endpoints of an upstream as texts. */
  static List<String> endpoints(Compilation compilation, String upstream) {
    return upstream(compilation, upstream).endpoints().stream().map(Endpoint::toString).toList();
  }

  static Upstream upstream(Compilation compilation, String name) {
    return compilation.configuration().upstreams().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no upstream " + name));
  }

  /** The findings on an Ingress as texts. */
  static List<String> findings(Compilation compilation, String ingress) {
    return report(compilation, "Ingress " + ingress).findings().stream()
        .map(KeyFinding::toString)
        .toList();
  }

  static ObjectReport report(Compilation compilation, String object) {
    return compilation.reports().stream()
        .filter(each -> each.object().toString().equals(object))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no report on " + object));
  }

  /** A request of which only host and path matter. */
  private record Get(String host, String path) implements RouteQuery {
    @Override
    public String method() {
      return "GET";
    }

    @Override
    public @Nullable String query() {
      return null;
    }

    @Override
    public @Nullable String header(String name) {
      return null;
    }
  }
}
