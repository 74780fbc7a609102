package dev.headwater.gateway;

import dev.headwater.gateway.cluster.FallbackCertificate;
import dev.headwater.routes.AccessLogPolicy;
import dev.headwater.routes.BindAddress;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.Endpoint;
import dev.headwater.routes.ListenerPolicy;
import dev.headwater.routes.LogPolicy;
import dev.headwater.routes.Upstream;
import dev.headwater.routes.kubernetes.ClusterCompiler;
import dev.headwater.routes.kubernetes.ClusterObjects;
import dev.headwater.routes.kubernetes.Compilation;
import dev.headwater.routes.kubernetes.ControllerPolicy;
import dev.headwater.routes.kubernetes.ObjectName;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Ingresses of a cluster, as their users write them, compiled as the controller does and served at
 * one listener. Services stand for upstreams on this machine.
 */
final class IngressEdge {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();
  private static final BindAddress ANYWHERE = new BindAddress("127.0.0.1", 0);

  private final List<Ingress> ingresses = new ArrayList<>();
  private final List<Service> services = new ArrayList<>();
  private final List<EndpointSlice> slices = new ArrayList<>();
  private final List<ConfigMap> configMaps = new ArrayList<>();
  private final Map<String, List<Endpoint>> endpoints = new HashMap<>();
  private @Nullable Path log;
  private boolean secured;

  /** With a Service in front of upstreams. */
  IngressEdge service(String name, RawUpstream... upstreams) {
    services.add(
        YAML.unmarshal(
            """
            metadata: {namespace: shop, name: %s}
            spec: {type: ClusterIP, clusterIP: 10.96.0.1, ports: [{port: 80, protocol: TCP}]}
            """
                .formatted(name),
            Service.class));
    if (upstreams.length > 0) {
      slices.add(
          YAML.unmarshal(
              """
              metadata:
                namespace: shop
                name: %1$s-1
                labels: {kubernetes.io/service-name: %1$s}
              addressType: IPv4
              ports: [{port: 8080, protocol: TCP}]
              endpoints: [{addresses: [192.0.2.1]}]
              """
                  .formatted(name),
              EndpointSlice.class));
    }
    endpoints.put(
        "shop/" + name + ":80",
        Arrays.stream(upstreams).map(each -> new Endpoint("127.0.0.1", each.port())).toList());
    return this;
  }

  /** With a Service at an address of its own, and its one pod at another port. */
  IngressEdge service(String name, RawUpstream atItsAddress, int pod) {
    services.add(
        YAML.unmarshal(
            """
            metadata: {namespace: shop, name: %s}
            spec: {clusterIP: 127.0.0.1, ports: [{port: %d, targetPort: %d, protocol: TCP}]}
            """
                .formatted(name, atItsAddress.port(), pod),
            Service.class));
    slices.add(
        YAML.unmarshal(
            """
            metadata: {namespace: shop, name: %s-1, labels: {kubernetes.io/service-name: %s}}
            addressType: IPv4
            ports: [{port: %d, protocol: TCP}]
            endpoints: [{addresses: [127.0.0.1], conditions: {ready: true}}]
            """
                .formatted(name, name, pod),
            EndpointSlice.class));
    return this;
  }

  /** With its access log in a file. */
  IngressEdge logTo(Path file) {
    log = file;
    return this;
  }

  /** Served under TLS, with a certificate that proves nothing. */
  IngressEdge secured() {
    secured = true;
    return this;
  }

  /**
   * With an Ingress.
   *
   * @param annotations those of ingress-nginx without their prefix
   * @param spec the text behind that key, in YAML
   */
  IngressEdge ingress(String name, Map<String, String> annotations, String spec) {
    StringBuilder yaml = new StringBuilder("metadata:\n  namespace: shop\n  name: " + name);
    yaml.append("\n  creationTimestamp: 2026-01-01T00:00:0").append(ingresses.size()).append("Z\n");
    yaml.append("  annotations:\n    made-by: hand\n");
    annotations.forEach(
        (key, value) ->
            yaml.append(key.indexOf('/') < 0 ? "    nginx.ingress.kubernetes.io/" : "    ")
                .append(key)
                .append(": '")
                .append(value)
                .append("'\n"));
    yaml.append("spec:\n  ingressClassName: headwater\n").append(spec.indent(2));
    ingresses.add(YAML.unmarshal(yaml.toString(), Ingress.class));
    return this;
  }

  /** A rule for some paths, each with its Service behind it. */
  static String rule(String host, String... pathsAndServices) {
    StringBuilder yaml = new StringBuilder("rules:\n- host: '" + host + "'\n  http:\n    paths:\n");
    for (int i = 0; i < pathsAndServices.length; i += 2) {
      yaml.append("    - path: '").append(pathsAndServices[i]);
      yaml.append("'\n      pathType: ImplementationSpecific\n      backend: {service: {name: ");
      yaml.append(pathsAndServices[i + 1]).append(", port: {number: 80}}}\n");
    }
    return yaml.toString();
  }

  /**
   * With a ConfigMap in the same namespace; the one called {@code headwater} is the controller's.
   */
  IngressEdge configMap(String name, Map<String, String> data) {
    ConfigMap map =
        YAML.unmarshal("metadata: {namespace: shop, name: " + name + "}", ConfigMap.class);
    map.setData(data);
    configMaps.add(map);
    return this;
  }

  Compilation compiled() {
    ClusterObjects objects =
        new ClusterObjects(List.of(), ingresses, services, slices, List.of(), configMaps, Set.of());
    return ClusterCompiler.compile(objects, policy());
  }

  private static ControllerPolicy policy() {
    return new ControllerPolicy(
        ControllerPolicy.CLASS_NAME,
        false,
        null,
        new ObjectName("ConfigMap", "shop", "headwater"),
        null,
        null,
        new ControllerPolicy.Addresses(ANYWHERE, ANYWHERE, ANYWHERE, ANYWHERE),
        FallbackCertificate.make(Instant.EPOCH),
        LogPolicy.DEFAULT,
        Map.of());
  }

  RunningGateway start() {
    return RunningGateway.of(configuration(), Clock.systemUTC());
  }

  /** With one listener, and upstreams on this machine. */
  Configuration configuration() {
    Configuration made = compiled().configuration();
    ListenerPolicy http = made.listeners().get(secured ? 1 : 0);
    AccessLogPolicy lines = made.accessLog();
    ListenerPolicy web =
        new ListenerPolicy(
            "web",
            ANYWHERE,
            false,
            http.tls(),
            http.forwarded(),
            http.proxies(),
            http.trace(),
            http.propagation(),
            http.limits(),
            http.encodedSlash(),
            http.protocols(),
            http.http2());
    return new Configuration(
        List.of(web),
        made.upstreams().stream().map(this::here).toList(),
        made.routes(),
        made.tracing(),
        log == null || lines == null
            ? null
            : new AccessLogPolicy(log.toString(), lines.format(), lines.template()),
        made.log(),
        made.drain(),
        made.limits(),
        made.admin());
  }

  private Upstream here(Upstream upstream) {
    return new Upstream(
        upstream.name(),
        endpoints.getOrDefault(upstream.name().replaceFirst("@.*", ""), upstream.endpoints()),
        upstream.balance(),
        upstream.host(),
        upstream.pool(),
        upstream.tls(),
        upstream.inject(),
        upstream.parentId(),
        upstream.meshName());
  }
}
