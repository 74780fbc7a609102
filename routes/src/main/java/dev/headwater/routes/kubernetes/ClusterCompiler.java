package dev.headwater.routes.kubernetes;

import dev.headwater.routes.AdminPolicy;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.DirectResponse;
import dev.headwater.routes.HttpsPolicy;
import dev.headwater.routes.Limits;
import dev.headwater.routes.ListenerPolicy;
import dev.headwater.routes.ListenerPropagation;
import dev.headwater.routes.ListenerTls;
import dev.headwater.routes.ProcessLimits;
import dev.headwater.routes.Route;
import dev.headwater.routes.Route.WeightedUpstream;
import dev.headwater.routes.RouteLimits;
import dev.headwater.routes.ServerCertificate;
import dev.headwater.routes.match.EncodedSlash;
import dev.headwater.routes.nginx.IngressSettings;
import dev.headwater.routes.nginx.ListenerTerms;
import dev.headwater.routes.nginx.NginxAnnotations;
import dev.headwater.routes.nginx.NginxKeys;
import dev.headwater.routes.nginx.RouteTerms;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes a configuration of a cluster's objects, and says of each object what became of it, in one
 * pass. Pure: the same objects in any order come to the same. Never throws for anything written in
 * an object; what one of them gets wrong costs nothing of the others.
 *
 * <p>Costs time linear in the number of paths and endpoints, and milliseconds for each certificate
 * that the compilation before has not read.
 */
public final class ClusterCompiler {
  /** Of the listener in clear. */
  public static final String HTTP = "http";

  /** Of the listener under TLS. */
  public static final String HTTPS = "https";

  private static final DirectResponse NOT_FOUND =
      new DirectResponse(
          404, Map.of("content-type", "text/plain; charset=utf-8"), "404 no route\n");
  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);
  private static final int CLIENT_HELLO = 16 << 10;
  private static final String IDENTITY_HEADER = "x-forwarded-client-cert";

  private final ClusterObjects objects;
  private final ControllerPolicy policy;
  private final ControllerSettings settings;
  private final CustomHeaders headers;
  private final Backends backends;
  private final Certificates certificates;
  private final Map<Map<String, String>, IngressSettings> annotated = new HashMap<>();
  private final Claims claims = new Claims();
  private final RegexPaths regexes = new RegexPaths();
  private final List<Route> routes = new ArrayList<>();
  private final List<Findings> others = new ArrayList<>();

  private ClusterCompiler(ClusterObjects objects, ControllerPolicy policy, Kept kept) {
    this.objects = objects;
    this.policy = policy;
    this.settings = ControllerSettings.read(objects, policy, kept);
    this.headers = new CustomHeaders(objects.configMaps(), settings.nginx().responseHeaders());
    this.backends = new Backends(objects);
    this.certificates = new Certificates(objects, kept);
  }

  /** Compiles without anything kept. */
  public static Compilation compile(ClusterObjects objects, ControllerPolicy policy) {
    return compile(objects, policy, Kept.NOTHING);
  }

  /**
   * Compiles.
   *
   * @param kept of the compilation before
   */
  public static Compilation compile(ClusterObjects objects, ControllerPolicy policy, Kept kept) {
    return new ClusterCompiler(objects, policy, kept).compile();
  }

  private Compilation compile() {
    List<ServedIngress> ours = new ArrayList<>();
    List<CanaryIngress> canaries = new ArrayList<>();
    sortOut(ours, canaries);
    // Each step asks what the one before has left: rules know what their paths mean, default
    // backends what rules have, and routes whether their hosts have certificates.
    ours.forEach(each -> each.ask(regexes));
    ours.forEach(each -> each.rules(claims, regexes, backends));
    ours.forEach(each -> each.byDefault(claims, backends));
    canary(ours, canaries);
    ours.forEach(each -> each.alias(claims));
    ours.forEach(each -> each.redirect(claims));
    ours.forEach(each -> each.serve(certificates));
    ours.forEach(each -> each.serveListed(certificates, claims));
    ours.forEach(each -> routes.addAll(each.redirects(certificates)));
    ours.forEach(each -> routes.addAll(each.routes(claims, certificates)));
    routes.sort(RegexPaths.LONGEST_FIRST);
    addControllersOwn();
    Configuration configuration = configuration(ours);
    return new Compilation(
        configuration, reports(ours, canaries), new Kept(settings.sampling(), certificates.read()));
  }

  /** Those of ours that have requests of their own, and those that take some of others. */
  private void sortOut(List<ServedIngress> served, List<CanaryIngress> canaries) {
    IngressClasses classes = IngressClasses.of(objects.classes(), policy);
    objects.ingresses().stream()
        .filter(this::isWatched)
        .filter(each -> !Age.isDying(each, objects.dyingNamespaces()))
        .filter(classes::takes)
        .sorted(Age.OLDEST_FIRST)
        .forEach(
            each -> {
              IngressSettings nginx = headers.applied(each, nginx(each));
              if (nginx.canary() == null) {
                served.add(new ServedIngress(each, settings, nginx));
              } else {
                canaries.add(new CanaryIngress(each, nginx, nginx.canary()));
              }
            });
  }

  private void canary(List<ServedIngress> served, List<CanaryIngress> canaries) {
    Map<ObjectName, ServedIngress> mains = new HashMap<>();
    served.forEach(each -> mains.put(each.name(), each));
    canaries.forEach(each -> each.share(claims, mains, regexes, backends));
  }

  /** Most Ingresses are annotated like others, or not at all: each kind is read once. */
  private IngressSettings nginx(Ingress ingress) {
    Map<String, String> annotations = new HashMap<>(Absent.annotations(ingress));
    annotations.keySet().removeIf(key -> !key.startsWith(NginxKeys.PREFIX));
    return annotated.computeIfAbsent(
        annotations, each -> NginxAnnotations.read(each, settings.nginx()));
  }

  private boolean isWatched(Ingress ingress) {
    String only = policy.watchNamespace();
    return only == null || only.equals(ingress.getMetadata().getNamespace());
  }

  /** Routes for what nobody claimed: for any host, and for hosts that must not leak to others. */
  private void addControllersOwn() {
    String upstream = defaultUpstream();
    List<String> leaking = claims.leaking();
    if (!leaking.isEmpty()) {
      routes.add(own("unmatched", leaking, upstream));
    }
    if (upstream != null && claims.owner(IngressHost.ANY, RouteBasics.ROOT) == null) {
      routes.add(own("default-backend", List.of(IngressHost.ANY), upstream));
    }
  }

  private @Nullable String defaultUpstream() {
    ObjectName service = policy.defaultBackend();
    if (service == null) {
      return null;
    }
    Findings findings = new Findings(service);
    others.add(findings);
    return backends.firstPort(service, Meshed.usual(settings), findings);
  }

  private Route own(String name, List<String> hosts, @Nullable String upstream) {
    RouteTerms terms = settings.nginx().route();
    return new Route(
            name,
            RouteBasics.match(hosts, RouteBasics.ROOT),
            RouteBasics.filters(terms),
            upstream == null ? NOT_FOUND : null,
            upstream == null ? List.of() : List.of(new WeightedUpstream(upstream, 1)),
            terms.timeouts(),
            terms.retry(),
            null,
            null,
            RouteLimits.NONE)
        .with(HttpsPolicy.NONE, terms.access().policy(), null);
  }

  private Configuration configuration(List<ServedIngress> ours) {
    boolean anyTraced =
        settings.nginx().tracing().on() || ours.stream().anyMatch(ServedIngress::isTraced);
    long bodyBytes = settings.nginx().listener().limits().bodyBytes();
    for (ServedIngress each : ours) {
      bodyBytes = Math.max(bodyBytes, each.bodyBytes());
    }
    ControllerPolicy.Addresses at = policy.addresses();
    Limits limits = settings.nginx().listener().limits().withBodyBytes(bodyBytes);
    return new Configuration(
        List.of(listener(HTTP, limits), listener(HTTPS, limits).with(tls())),
        backends.upstreams(),
        routes,
        settings.tracing(anyTraced),
        settings.nginx().process().accessLog(),
        policy.log(),
        settings.nginx().process().drain(),
        ProcessLimits.DEFAULT,
        new AdminPolicy(at.admin(), at.probe(), null));
  }

  /** Encoded slashes go on as they came, as they did through nginx. */
  private ListenerPolicy listener(String name, Limits limits) {
    ListenerTerms terms = settings.nginx().listener();
    return new ListenerPolicy(
        name,
        name.equals(HTTP) ? policy.addresses().http() : policy.addresses().https(),
        false,
        null,
        terms.forwarded(),
        terms.proxies(),
        terms.trace(),
        ListenerPropagation.NONE,
        limits,
        EncodedSlash.KEEP,
        terms.protocols(),
        terms.http2());
  }

  private ListenerTls tls() {
    return new ListenerTls(
        certificates.all(defaultCertificate()),
        false,
        settings.nginx().listener().tls(),
        List.of(),
        List.of(),
        ListenerTls.Provider.AUTO,
        HANDSHAKE_TIMEOUT,
        CLIENT_HELLO,
        IDENTITY_HEADER);
  }

  private ServerCertificate defaultCertificate() {
    ObjectName secret = policy.defaultCertificate();
    if (secret == null) {
      return policy.fallback();
    }
    Findings findings = new Findings(secret);
    others.add(findings);
    ServerCertificate found = certificates.byDefault(secret, findings);
    return found == null ? policy.fallback() : found;
  }

  private List<ObjectReport> reports(List<ServedIngress> ours, List<CanaryIngress> canaries) {
    List<ObjectReport> reports = new ArrayList<>();
    ours.forEach(each -> reports.add(each.report()));
    canaries.forEach(each -> reports.add(each.report()));
    if (settings.findings() != null) {
      reports.add(settings.findings().report());
    }
    others.stream().filter(each -> !each.isEmpty()).map(Findings::report).forEach(reports::add);
    reports.sort(Comparator.comparing(ObjectReport::object));
    return reports;
  }
}
