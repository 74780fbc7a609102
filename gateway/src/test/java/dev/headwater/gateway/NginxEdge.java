package dev.headwater.gateway;

import dev.headwater.routes.AdminPolicy;
import dev.headwater.routes.BindAddress;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.DirectResponse;
import dev.headwater.routes.Endpoint;
import dev.headwater.routes.ListenerPolicy;
import dev.headwater.routes.ListenerPropagation;
import dev.headwater.routes.LogPolicy;
import dev.headwater.routes.ProcessLimits;
import dev.headwater.routes.Route;
import dev.headwater.routes.Route.WeightedUpstream;
import dev.headwater.routes.RouteLimits;
import dev.headwater.routes.RouteMatch;
import dev.headwater.routes.Upstream;
import dev.headwater.routes.UpstreamTls;
import dev.headwater.routes.match.EncodedSlash;
import dev.headwater.routes.nginx.BackendTerms;
import dev.headwater.routes.nginx.IngressSettings;
import dev.headwater.routes.nginx.ListenerTerms;
import dev.headwater.routes.nginx.NginxAnnotations;
import dev.headwater.routes.nginx.NginxConfigMap;
import dev.headwater.routes.nginx.NginxKeys;
import dev.headwater.routes.nginx.NginxSettings;
import dev.headwater.routes.nginx.RouteTerms;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One Ingress that takes everything, under a ConfigMap, as ingress-nginx's users write them. */
final class NginxEdge {
  private final Map<String, String> configMap = new HashMap<>();
  private final Map<String, String> annotations = new HashMap<>();
  private final List<Endpoint> endpoints;
  private boolean hasCertificate;

  private NginxEdge(int... ports) {
    endpoints = Arrays.stream(ports).mapToObj(port -> new Endpoint("127.0.0.1", port)).toList();
  }

  /** In front of endpoints at those ports. */
  static NginxEdge to(int... ports) {
    return new NginxEdge(ports);
  }

  /** With an entry of the ConfigMap. */
  NginxEdge key(String name, Object value) {
    configMap.put(name, value.toString());
    return this;
  }

  /** With the two keys that mean tracing. */
  NginxEdge traced(RawUpstream collector) {
    return key("enable-opentracing", true)
        .key("zipkin-collector-host", "127.0.0.1")
        .key("zipkin-collector-port", collector.port());
  }

  /** With an annotation of the Ingress, without its prefix. */
  NginxEdge annotation(String name, Object value) {
    annotations.put(NginxKeys.PREFIX + name, value.toString());
    return this;
  }

  /** With the Ingress's host under {@code tls}. */
  NginxEdge withCertificate() {
    hasCertificate = true;
    return this;
  }

  Configuration build() {
    NginxSettings settings = NginxConfigMap.read(configMap);
    IngressSettings ingress = NginxAnnotations.read(annotations, settings);
    boolean anyTraced = settings.tracing().on() || ingress.traced();
    return new Configuration(
        List.of(listener(settings.listener())),
        List.of(upstream(ingress.backend())),
        List.of(route(ingress)),
        settings.tracing().policy(anyTraced),
        null,
        LogPolicy.DEFAULT,
        settings.process().drain(),
        ProcessLimits.DEFAULT,
        AdminPolicy.DEFAULT);
  }

  private static ListenerPolicy listener(ListenerTerms terms) {
    return new ListenerPolicy(
        "web",
        new BindAddress("127.0.0.1", 0),
        false,
        null,
        terms.forwarded(),
        terms.proxies(),
        terms.trace(),
        ListenerPropagation.NONE,
        terms.limits(),
        EncodedSlash.KEEP,
        terms.protocols(),
        terms.http2());
  }

  private Upstream upstream(BackendTerms terms) {
    List<Endpoint> spoken =
        endpoints.stream()
            .map(each -> new Endpoint(each.host(), each.port(), terms.protocol()))
            .toList();
    return new Upstream(
        "shop/web:80",
        spoken,
        terms.balance(),
        terms.host(),
        terms.pool(),
        UpstreamTls.DEFAULT,
        null,
        null,
        null);
  }

  private Route route(IngressSettings ingress) {
    RouteTerms terms = ingress.route();
    DirectResponse respond = terms.respond();
    Route route =
        new Route(
            "shop/web/0/0",
            RouteMatch.ALL,
            terms.filters(),
            respond,
            respond == null ? List.of(new WeightedUpstream("shop/web:80", 1)) : List.of(),
            terms.timeouts(),
            terms.retry(),
            ingress.sampling("shop/web/0/0"),
            ingress.trust(),
            RouteLimits.NONE);
    return terms.guarded(route, hasCertificate, "/");
  }
}
