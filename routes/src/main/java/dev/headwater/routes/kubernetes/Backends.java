package dev.headwater.routes.kubernetes;

import dev.headwater.routes.Endpoint;
import dev.headwater.routes.Upstream;
import dev.headwater.routes.UpstreamTls;
import dev.headwater.routes.match.HostName;
import dev.headwater.routes.nginx.BackendTerms;
import dev.headwater.routes.nginx.Verdict;
import dev.headwater.sampling.network.IpLiteral;
import dev.headwater.sampling.propagation.TraceFormat;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.TypedLocalObjectReference;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBackend;
import io.fabric8.kubernetes.api.model.networking.v1.IngressServiceBackend;
import io.fabric8.kubernetes.api.model.networking.v1.ServiceBackendPort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Backends of Ingresses to upstreams: one for each port of a Service, shared by all routes that
 * have no terms of their own. A Service that is missing, or has no such port, is an upstream
 * without endpoints: its requests get 503 until it comes.
 */
final class Backends {
  private static final String SERVICE = "Service";
  private static final String SLICE_OF = "kubernetes.io/service-name";
  private static final String EXTERNAL_NAME = "ExternalName";
  private static final String NO_ADDRESS = "None";

  private final Map<ObjectName, Service> services = new HashMap<>();
  private final Map<ObjectName, List<EndpointSlice>> slices = new HashMap<>();
  private final Map<String, Upstream> upstreams = new TreeMap<>();

  Backends(ClusterObjects objects) {
    objects.services().forEach(each -> services.put(ObjectName.of(each), each));
    for (EndpointSlice slice : objects.slices()) {
      String service = Absent.map(slice.getMetadata().getLabels()).get(SLICE_OF);
      if (service != null) {
        String namespace = Absent.text(slice.getMetadata().getNamespace());
        slices.computeIfAbsent(named(namespace, service), key -> new ArrayList<>()).add(slice);
      }
    }
  }

  private static ObjectName named(String namespace, String service) {
    return new ObjectName(SERVICE, namespace, service);
  }

  /**
   * How a backend is spoken to.
   *
   * @param backend protocol, Host, balance and pool
   * @param inject trace formats to write towards it, or null for what holds everywhere
   * @param named whether a mesh is told by a name which Service a request is for
   * @param variant told apart by this from the upstream on the controller's terms; empty for that
   */
  record Terms(
      BackendTerms backend, @Nullable List<TraceFormat> inject, boolean named, String variant) {}

  /** What becomes of requests of a backend that is not there. */
  static final String UNSERVED = "requests get 503";

  /** Whether a backend has an endpoint that requests can go to. */
  boolean isReady(String upstream) {
    Upstream known = upstreams.get(upstream);
    return known != null && !known.endpoints().isEmpty();
  }

  /** All upstreams that were asked for, in the order of their names. */
  List<Upstream> upstreams() {
    return List.copyOf(upstreams.values());
  }

  /**
   * The name of the upstream of a backend, or null after a finding where it cannot be one.
   *
   * @param meanwhile what becomes of its requests while it is not there, for findings
   * @param key of the backend, for findings
   */
  @Nullable String upstream(
      @Nullable IngressBackend backend,
      String namespace,
      Terms terms,
      String meanwhile,
      String key,
      Findings findings) {
    TypedLocalObjectReference resource = backend == null ? null : backend.getResource();
    if (resource != null) {
      String value = Absent.text(resource.getKind()) + " " + Absent.text(resource.getName());
      findings.refuse(key + ".resource", value, "a service: resources are not served");
      return null;
    }
    IngressServiceBackend service = backend == null ? null : backend.getService();
    String name = service == null ? "" : Absent.text(service.getName());
    if (service == null || name.isEmpty()) {
      findings.refuse(key + ".service.name", name, "the name of a Service");
      return null;
    }
    String port = port(service.getPort());
    if (port.isEmpty()) {
      findings.refuse(key + ".service.port", "", "a number from 1 to 65535, or a name");
      return null;
    }
    return upstream(named(namespace, name), port, terms, meanwhile, key + ".service", findings);
  }

  private static String port(@Nullable ServiceBackendPort port) {
    Integer number = port == null ? null : port.getNumber();
    return port == null
        ? ""
        : number == null || number == 0 ? Absent.text(port.getName()) : number.toString();
  }

  /** The upstream of a Service's first port, or null after a finding where it has none. */
  @Nullable String firstPort(ObjectName service, Terms terms, Findings findings) {
    Service found = services.get(service);
    List<ServicePort> ports = found == null ? List.of() : ports(found);
    if (ports.isEmpty()) {
      findings.refuse("default backend", service.toString(), "a Service with a port");
      return null;
    }
    String port = String.valueOf(ports.get(0).getPort());
    return upstream(service, port, terms, UNSERVED, "default backend", findings);
  }

  private String upstream(
      ObjectName name,
      String written,
      Terms terms,
      String meanwhile,
      String key,
      Findings findings) {
    Service service = services.get(name);
    if (service == null) {
      findings.refuse(
          key + ".name",
          name.name(),
          "a Service of the namespace " + name.namespace() + "; " + meanwhile + " until there is");
      return put(name, written, terms, List.of());
    }
    ServicePort port = port(service, written);
    if (port == null && !isExternalName(service)) {
      List<String> known = ports(service).stream().map(Backends::shown).sorted().toList();
      findings.refuse(
          key + ".port",
          written,
          "a port of " + name + ", which has " + known + "; " + meanwhile + " until it has it");
      return put(name, written, terms, List.of());
    }
    String number = port == null ? written : String.valueOf(port.getPort());
    boolean isUsable = isUsable(service, port, number, terms, key, findings);
    String known = fullName(name, number, terms);
    return upstreams.containsKey(known)
        ? known
        : put(name, number, terms, isUsable ? endpoints(service, port, number, terms) : List.of());
  }

  /** Whether a Service has endpoints that may be spoken to; otherwise after a finding. */
  private static boolean isUsable(
      Service service,
      @Nullable ServicePort port,
      String number,
      Terms terms,
      String key,
      Findings findings) {
    if (port == null || isExternalName(service)) {
      return isUsable(service, number, key, findings);
    }
    String protocol = Absent.text(port.getProtocol());
    if (!protocol.isEmpty() && !protocol.equals("TCP")) {
      findings.refuse(key + ".port", number, "a TCP port; this one is " + protocol);
      return false;
    }
    if (terms.backend.clusterAddress() && ownAddress(service).isEmpty()) {
      findings.tell(
          key + ".name",
          service.getMetadata().getName(),
          Verdict.DIFFERENT,
          "it has no address of its own: requests go to its pods");
    }
    return true;
  }

  private static boolean isUsable(Service service, String number, String key, Findings findings) {
    if (!number.matches("[0-9]{1,5}") || !isPort(Integer.parseInt(number))) {
      findings.refuse(key + ".port", number, "a number from 1 to 65535, or a port of the Service");
      return false;
    }
    if (host(service).isEmpty()) {
      String written = Absent.text(service.getSpec().getExternalName());
      findings.refuse(
          key + ".name",
          service.getMetadata().getName() + " (externalName " + written + ")",
          "the name of another host, not an address");
      return false;
    }
    return true;
  }

  private static boolean isPort(int number) {
    return number > 0 && number <= 65_535;
  }

  private List<Endpoint> endpoints(
      Service service, @Nullable ServicePort port, String number, Terms terms) {
    Endpoint.Protocol protocol = terms.backend.protocol();
    if (port == null || isExternalName(service)) {
      return List.of(new Endpoint(host(service), Integer.parseInt(number), protocol, true));
    }
    String address = terms.backend.clusterAddress() ? ownAddress(service) : "";
    return address.isEmpty()
        ? ServiceEndpoints.of(
            slices.getOrDefault(ObjectName.of(service), List.of()),
            Absent.text(port.getName()),
            Absent.list(service.getSpec().getIpFamilies()),
            protocol)
        : List.of(new Endpoint(address, port.getPort(), protocol));
  }

  /** The address that stands for all of its pods, or an empty text where it has none. */
  private static String ownAddress(Service service) {
    String address = Absent.text(service.getSpec().getClusterIP());
    return address.equals(NO_ADDRESS) ? "" : address;
  }

  /**
   * The name outside the cluster that a Service stands for; empty where it is none. This machine's
   * own name is none: whoever may write a Service would reach what listens on our loopback. Where
   * other names lead is seen when they are looked up.
   */
  private static String host(Service service) {
    String written = Absent.text(service.getSpec().getExternalName());
    String host =
        HostName.of(written) instanceof HostName.Name name && written.indexOf(':') < 0
            ? name.host()
            : "";
    boolean isOurs = host.equals("localhost") || host.endsWith(".localhost");
    return isOurs || IpLiteral.parse(host) != null ? "" : host;
  }

  private String put(ObjectName service, String port, Terms terms, List<Endpoint> endpoints) {
    String name = fullName(service, port, terms);
    BackendTerms backend = terms.backend;
    upstreams.putIfAbsent(
        name,
        new Upstream(
            name,
            endpoints,
            backend.balance(),
            backend.host(),
            backend.pool(),
            UpstreamTls.DEFAULT,
            terms.inject,
            null,
            terms.named ? meshName(service, port) : null));
    return name;
  }

  /** As Linkerd's ingress mode knows a Service; null for one that stands for another host. */
  private @Nullable String meshName(ObjectName name, String port) {
    Service service = services.get(name);
    return service == null || isExternalName(service)
        ? null
        : name.name() + "." + name.namespace() + ".svc.cluster.local:" + port;
  }

  private static String fullName(ObjectName service, String port, Terms terms) {
    String name = service.namespace() + "/" + service.name() + ":" + port;
    return terms.variant.isEmpty() ? name : name + "@" + terms.variant;
  }

  private static boolean isExternalName(Service service) {
    return service.getSpec() != null && EXTERNAL_NAME.equals(service.getSpec().getType());
  }

  private static List<ServicePort> ports(Service service) {
    return service.getSpec() == null ? List.of() : Absent.list(service.getSpec().getPorts());
  }

  private static @Nullable ServicePort port(Service service, String written) {
    for (ServicePort port : ports(service)) {
      if (port.getPort() != null
          && (written.equals(port.getName()) || written.equals(port.getPort().toString()))) {
        return port;
      }
    }
    return null;
  }

  private static String shown(ServicePort port) {
    String name = Absent.text(port.getName());
    return name.isEmpty() ? String.valueOf(port.getPort()) : name + " " + port.getPort();
  }
}
