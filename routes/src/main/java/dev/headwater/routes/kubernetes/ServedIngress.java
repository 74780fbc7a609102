package dev.headwater.routes.kubernetes;

import dev.headwater.routes.HttpsPolicy;
import dev.headwater.routes.PathMatch;
import dev.headwater.routes.PathRewrite;
import dev.headwater.routes.Route;
import dev.headwater.routes.Route.WeightedUpstream;
import dev.headwater.routes.RouteAnswer;
import dev.headwater.routes.RouteMatch;
import dev.headwater.routes.StickyPolicy;
import dev.headwater.routes.TrustPolicy;
import dev.headwater.routes.match.BoundedRegex;
import dev.headwater.routes.nginx.BackendTerms;
import dev.headwater.routes.nginx.IngressSettings;
import dev.headwater.routes.nginx.NginxKeys;
import dev.headwater.routes.nginx.RouteTerms;
import dev.headwater.routes.nginx.Verdict;
import dev.headwater.sampling.propagation.TraceFormat;
import dev.headwater.sampling.rule.SamplingRule;
import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPath;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBackend;
import io.fabric8.kubernetes.api.model.networking.v1.IngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.IngressSpec;
import io.fabric8.kubernetes.api.model.networking.v1.IngressTLS;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One Ingress of ours on its way to routes. Its rules claim their hosts and paths first; what they
 * leave of these hosts its default backend gets, when all rules of all Ingresses have spoken. As in
 * ingress-nginx, hosts of no rule are none of its business, unless it has no rules at all.
 */
final class ServedIngress {
  private static final String SLASH = "/";

  private final ControllerSettings settings;
  private final IngressSpec spec;
  private final ObjectName name;
  private final Findings findings;
  private final IngressSettings nginx;
  private final OwnAnnotations own;
  private final Backends.Terms terms;
  private final HostAnnotations named;

  /** What it holds, in the order of its rules. */
  private final List<ServedPlace> places = new ArrayList<>();

  /** Hosts of its rules. */
  private final Set<String> hosts = new TreeSet<>();

  /** Those on which something of it is in force. */
  private final Set<String> held = new TreeSet<>();

  /**
   * An Ingress that claims nothing yet.
   *
   * @param nginx what its annotations for nginx come to
   */
  ServedIngress(Ingress ingress, ControllerSettings settings, IngressSettings nginx) {
    this.settings = settings;
    this.spec = ingress.getSpec() == null ? new IngressSpec() : ingress.getSpec();
    this.name = ObjectName.of(ingress);
    this.findings = new Findings(ingress);
    this.nginx = nginx;
    findings.addAll(nginx.findings());
    this.own = OwnAnnotations.read(Absent.annotations(ingress), findings);
    own.tellOfLateKeep(otherwise(), findings);
    this.terms = terms();
    this.named = new HostAnnotations(name, nginx.hosts(), findings);
  }

  ObjectName name() {
    return name;
  }

  ObjectReport report() {
    return findings.report();
  }

  /** Whether any of its requests may be traced. */
  boolean isTraced() {
    return own.asksForTraces() || (nginx.traced() && !own.excluded());
  }

  /** Most of a request body that it allows. */
  long bodyBytes() {
    return nginx.route().bodyBytes();
  }

  private Backends.Terms terms() {
    Mesh mesh = own.mesh() == null ? settings.mesh() : own.mesh();
    boolean meshed = mesh.isThere();
    BackendTerms backend = meshed ? Meshed.atClusterAddress(nginx.backend()) : nginx.backend();
    if (meshed && nginx.route().sticky() != null) {
      findings.tellInstead(
          NginxKeys.PREFIX + "affinity",
          "cookie",
          Verdict.REFUSED,
          "expected none in a mesh, which chooses among the pods itself");
    }
    List<TraceFormat> inject = own.inject();
    if (inject == null && meshed) {
      inject = Meshed.inject(settings);
    }
    Backends.Terms usual = Meshed.usual(settings);
    boolean isUsual =
        backend.equals(usual.backend())
            && Objects.equals(inject, usual.inject())
            && mesh.isToldNames() == usual.named();
    return new Backends.Terms(backend, inject, mesh.isToldNames(), isUsual ? "" : name.name());
  }

  /** Whether it takes no request at all. */
  private boolean isIdle() {
    return nginx.rewrite().unreadable();
  }

  /** How its backends are spoken to. */
  Backends.Terms backendTerms() {
    return terms;
  }

  /** Whether it answers requests itself, in place of its backends. */
  boolean answers() {
    return nginx.route().respond() != null;
  }

  /** Names the hosts whose paths it wants to be regular expressions. */
  void ask(RegexPaths regexes) {
    if (isIdle()) {
      return;
    }
    boolean root = spec.getDefaultBackend() != null && nginx.rewrite().asksForRegex(SLASH);
    List<IngressRule> rules = Absent.list(spec.getRules());
    for (IngressRule rule : rules) {
      String host = IngressHost.read(rule.getHost());
      boolean asks = root || paths(rule).stream().anyMatch(this::asksForRegex);
      if (host != null && asks) {
        regexes.add(host);
      }
    }
    if (root && rules.isEmpty()) {
      regexes.add(IngressHost.ANY);
    }
  }

  private boolean asksForRegex(HTTPIngressPath path) {
    String text = Absent.text(path.getPath());
    return nginx.rewrite().asksForRegex(text.isEmpty() ? SLASH : text);
  }

  private static List<HTTPIngressPath> paths(IngressRule rule) {
    return rule.getHttp() == null ? List.of() : Absent.list(rule.getHttp().getPaths());
  }

  /** Claims what its rules say, as far as nobody older has their hosts and paths. */
  void rules(Claims claims, RegexPaths regexes, Backends backends) {
    if (isIdle()) {
      return;
    }
    List<IngressRule> rules = Absent.list(spec.getRules());
    for (int i = 0; i < rules.size(); i++) {
      IngressRule rule = rules.get(i);
      String key = "spec.rules[" + i + "]";
      String host = IngressHost.read(rule.getHost());
      if (host == null) {
        findings.refuse(key + ".host", Absent.text(rule.getHost()), IngressHost.EXPECTED);
        continue;
      }
      hosts.add(host);
      List<HTTPIngressPath> paths = paths(rule);
      for (int j = 0; j < paths.size(); j++) {
        String at = key + ".http.paths[" + j + "]";
        PathMatch path = path(host, paths.get(j), regexes, at);
        if (path != null && isFree(claims, host, path, at)) {
          String upstream =
              backends.upstream(
                  paths.get(j).getBackend(),
                  name.namespace(),
                  terms,
                  Backends.UNSERVED,
                  at + ".backend",
                  findings);
          if (upstream != null) {
            claims.claim(host, path, new Claims.Holding(name, upstream));
            held.add(host);
            add("/" + i + "/" + j, List.of(host), path, upstream);
          }
        }
      }
    }
  }

  /** The condition on a path, or null after a finding. */
  private @Nullable PathMatch path(
      String host, HTTPIngressPath path, RegexPaths regexes, String key) {
    if (!regexes.contains(host)) {
      return IngressPath.read(path, key, findings);
    }
    return IngressPath.isTyped(path, key, findings)
        ? regexes.read(host, path, asksForRegex(path), key + ".path", findings)
        : null;
  }

  /** What backends get of a path that was taken, or null for all of it. */
  private @Nullable PathRewrite rewrite(PathMatch path) {
    String text = path.template();
    // What was taken as a path compiles without its anchor as well.
    return nginx.rewrite().rewrites(text)
            && RegexPaths.compiled(text) instanceof BoundedRegex.Compiled compiled
        ? new PathRewrite(compiled.pattern(), nginx.rewrite().target())
        : null;
  }

  private boolean isFree(Claims claims, String host, PathMatch path, String key) {
    ObjectName owner = claims.owner(host, path);
    if (owner == null) {
      return true;
    }
    findings.refuse(
        key,
        (host.isEmpty() ? "*" : host) + path.template(),
        owner.equals(name)
            ? "each host and path once"
            : "a host and path that no older Ingress has; " + owner + " has it");
    return false;
  }

  /** Claims for its default backend what is left of its hosts. */
  void byDefault(Claims claims, Backends backends) {
    IngressBackend backend = spec.getDefaultBackend();
    if (backend == null || isIdle()) {
      return;
    }
    String key = "spec.defaultBackend";
    List<String> free = new ArrayList<>();
    boolean isAlone = Absent.list(spec.getRules()).isEmpty();
    for (String host : isAlone ? Set.of(IngressHost.ANY) : hosts) {
      ObjectName owner = claims.owner(host, RouteBasics.ROOT);
      if (owner == null) {
        free.add(host);
      } else if (!owner.equals(name)) {
        String value = host.isEmpty() ? "*" : host;
        findings.tell(key, value, isAlone ? Verdict.REFUSED : Verdict.INERT, owner + " has it");
      }
    }
    String upstream =
        free.isEmpty()
            ? null
            : backends.upstream(backend, name.namespace(), terms, Backends.UNSERVED, key, findings);
    if (upstream != null) {
      Claims.Holding holding = new Claims.Holding(name, upstream);
      free.forEach(host -> claims.claim(host, RouteBasics.ROOT, holding));
      held.addAll(free);
      add("/default", free, RouteBasics.ROOT, upstream);
    }
  }

  private void add(String suffix, List<String> at, PathMatch path, String upstream) {
    findings.accept();
    places.add(new ServedPlace(suffix, at, path, upstream, rewrite(path)));
  }

  /** Claims other names for its hosts; what rules and default backends have is known. */
  void alias(Claims claims) {
    named.alias(claims, held);
  }

  /** Claims requests that it sends elsewhere; all aliases are known. */
  void redirect(Claims claims) {
    RouteTerms shared = nginx.route();
    named.redirect(claims, held, shared.https().status(), shared.respond() != null);
  }

  /** The routes that send requests elsewhere, which go before those of all Ingresses. */
  List<Route> redirects(Certificates certificates) {
    return named.answers().stream().map(each -> redirect(each, certificates)).toList();
  }

  private Route redirect(HostAnnotations.Answer answer, Certificates certificates) {
    RouteTerms terms = answer.isOwn() ? nginx.route() : settings.nginx().route();
    RouteMatch match = RouteBasics.match(answer.hosts(), answer.path());
    Route route = route(answer.suffix(), match, terms, answer.redirect(), "");
    return answer.isOwn()
        ? terms.guarded(route, certificates.secure(answer.hosts().subList(0, 1)), SLASH)
        : route.with(HttpsPolicy.NONE, terms.access().policy(), null);
  }

  /** The routes of all that it holds, once it is known which hosts have certificates. */
  List<Route> routes(Claims claims, Certificates certificates) {
    return places.stream()
        .flatMap(place -> place.apart(claims).stream())
        .map(place -> route(place, claims, certificates))
        .toList();
  }

  private Route route(ServedPlace place, Claims claims, Certificates certificates) {
    RouteTerms shared = nginx.route();
    List<String> names =
        place.hosts().stream().flatMap(host -> claims.names(host).stream()).toList();
    RouteMatch match = RouteBasics.match(names, place.path());
    Route route =
        route(place.suffix(), match, shared, shared.respond(), place.upstream())
            .with(place.rewrite())
            .with(sticky(place.path()));
    CanaryShare share = place.share(claims);
    return shared.guarded(
        share == null ? route : share.of(route),
        certificates.secure(place.hosts()),
        place.path().template());
  }

  private @Nullable StickyPolicy sticky(PathMatch path) {
    StickyPolicy policy = terms.backend().clusterAddress() ? null : nginx.route().sticky();
    // A semicolon in a path would begin an attribute of the cookie.
    boolean isPlain = !(path instanceof PathMatch.Regex) && path.template().indexOf(';') < 0;
    return policy == null ? null : policy.at(isPlain ? path.template() : SLASH);
  }

  /** A route to an upstream, unless there is an answer. */
  private Route route(
      String suffix,
      RouteMatch match,
      RouteTerms shared,
      @Nullable RouteAnswer respond,
      String upstream) {
    String title = name.namespace() + "/" + name.name() + suffix;
    return new Route(
        title,
        match,
        RouteBasics.filters(shared),
        respond,
        respond == null ? List.of(new WeightedUpstream(upstream, 1)) : List.of(),
        shared.timeouts(),
        shared.retry(),
        sampling(title),
        trust(),
        shared.limits().policy(name.namespace() + "/" + name.name()));
  }

  /** What becomes of its traces where its own annotations do not say. */
  private dev.headwater.sampling.rule.Verdict otherwise() {
    return isTraced()
        ? settings.samplingInForce().verdict()
        : new dev.headwater.sampling.rule.Verdict.Never();
  }

  private @Nullable SamplingRule sampling(String route) {
    SamplingRule said = own.sampling(route, otherwise());
    return said == null ? nginx.sampling(route) : said;
  }

  private @Nullable TrustPolicy trust() {
    TrustPolicy trust =
        own.trust() == null
            ? nginx.trust()
            : new TrustPolicy(own.trust(), settings.nginx().tracing().trusted());
    return settings.nginx().listener().trace().equals(trust) ? null : trust;
  }

  /** Gives its hosts, and other names of theirs, the certificates that it names. */
  void serve(Certificates certificates) {
    Set<String> served = new TreeSet<>(held);
    served.addAll(named.names());
    certificates.serve(name.namespace(), tls(), served, findings);
  }

  /**
   * Where it takes requests for any host, gives those hosts certificates that it lists for them and
   * that no rule of another has.
   */
  void serveListed(Certificates certificates, Claims claims) {
    if (held.contains(IngressHost.ANY)) {
      Set<String> listed = Certificates.listed(tls());
      listed.removeIf(claims::isKnown);
      certificates.serve(name.namespace(), tls(), listed, findings);
    }
  }

  private List<IngressTLS> tls() {
    return Absent.list(spec.getTls());
  }
}
