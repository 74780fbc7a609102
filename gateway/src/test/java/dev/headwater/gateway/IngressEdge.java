package dev.headwater.gateway;

import dev.headwater.gateway.cluster.FallbackCertificate;
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
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Ingresses of a cluster, as their users write them, compiled as the controller does and served in
 * clear. Services stand for upstreams on this machine.
 */
final class IngressEdge {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();
  private static final BindAddress ANYWHERE = new BindAddress("127.0.0.1", 0);

  private final List<Ingress> ingresses = new ArrayList<>();
  private final List<Service> services = new ArrayList<>();
  private final List<ConfigMap> configMaps = new ArrayList<>();
  private final Map<String, List<Endpoint>> endpoints = new HashMap<>();

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
    endpoints.put(
        "shop/" + name + ":80",
        Arrays.stream(upstreams).map(each -> new Endpoint("127.0.0.1", each.port())).toList());
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
        new ClusterObjects(
            List.of(), ingresses, services, List.of(), List.of(), configMaps, Set.of());
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

  /** With one listener in clear, and upstreams on this machine. */
  Configuration configuration() {
    Configuration made = compiled().configuration();
    ListenerPolicy http = made.listeners().get(0);
    ListenerPolicy web =
        new ListenerPolicy(
            "web",
            ANYWHERE,
            false,
            null,
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
        null,
        made.log(),
        made.drain(),
        made.limits(),
        made.admin());
  }

  private Upstream here(Upstream upstream) {
    return new Upstream(
        upstream.name(),
        endpoints.getOrDefault(upstream.name().replaceFirst("@.*", ""), List.of()),
        upstream.balance(),
        upstream.host(),
        upstream.pool(),
        upstream.tls(),
        upstream.inject(),
        upstream.parentId());
  }
}
