package dev.headwater.routes.kubernetes;

import dev.headwater.routes.PathMatch;
import dev.headwater.routes.Upstream;
import dev.headwater.routes.nginx.CanaryTerms;
import dev.headwater.routes.nginx.IngressSettings;
import dev.headwater.routes.nginx.Verdict;
import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPath;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBackend;
import io.fabric8.kubernetes.api.model.networking.v1.IngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.IngressSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An Ingress that takes some requests of another, as its canary. It holds no host and no path, and
 * has no terms but those that say which requests it takes: everything else is the other's, be it
 * limits, certificates, or which traces are kept. Of several canaries the oldest has a host and
 * path.
 */
final class CanaryIngress {
  private static final String MEANWHILE = "the Ingress that it is a canary of has its requests";
  private static final String OTHERS =
      "a canary is served on the terms of the Ingress that it is a canary of";

  private final IngressSpec spec;
  private final ObjectName name;
  private final Findings findings;
  private final IngressSettings nginx;
  private final CanaryTerms terms;

  /**
   * What it wants a share of.
   *
   * @param key where that is written
   * @param backendKey where its backend is
   */
  private record Wanted(
      String host,
      PathMatch path,
      @Nullable IngressBackend backend,
      String key,
      String backendKey) {}

  /** Where it looks for what it wants. */
  private record Known(
      Claims claims, Map<ObjectName, ServedIngress> mains, RegexPaths regexes, Backends backends) {}

  CanaryIngress(Ingress ingress, IngressSettings nginx, CanaryTerms terms) {
    this.spec = ingress.getSpec() == null ? new IngressSpec() : ingress.getSpec();
    this.name = ObjectName.of(ingress);
    this.findings = new Findings(ingress);
    this.nginx = nginx;
    this.terms = terms;
    findings.addAll(nginx.findings());
    Absent.annotations(ingress)
        .forEach(
            (key, value) -> {
              if (key.startsWith(OwnAnnotations.PREFIX)) {
                findings.tell(key, Absent.text(value), Verdict.INERT, OTHERS);
              }
            });
    if (!Absent.list(spec.getTls()).isEmpty()) {
      findings.tell(
          "spec.tls", String.join(",", Certificates.listed(spec.getTls())), Verdict.INERT, OTHERS);
    }
  }

  ObjectReport report() {
    return findings.report();
  }

  /**
   * Claims its share of what others hold; all rules and default backends of theirs are known.
   *
   * @param mains by their names
   */
  void share(
      Claims claims, Map<ObjectName, ServedIngress> mains, RegexPaths regexes, Backends backends) {
    if (!terms.readable()) {
      return;
    }
    Known known = new Known(claims, mains, regexes, backends);
    Set<String> hosts = new TreeSet<>();
    List<IngressRule> rules = Absent.list(spec.getRules());
    for (int i = 0; i < rules.size(); i++) {
      String key = "spec.rules[" + i + "]";
      String host = IngressHost.read(rules.get(i).getHost());
      if (host == null) {
        findings.refuse(key + ".host", Absent.text(rules.get(i).getHost()), IngressHost.EXPECTED);
      } else {
        hosts.add(host);
        share(host, rules.get(i), key + ".http.paths", known);
      }
    }
    byDefault(rules.isEmpty() ? Set.of(IngressHost.ANY) : hosts, known);
  }

  private void share(String host, IngressRule rule, String key, Known known) {
    List<HTTPIngressPath> paths =
        rule.getHttp() == null ? List.of() : Absent.list(rule.getHttp().getPaths());
    for (int i = 0; i < paths.size(); i++) {
      String at = key + "[" + i + "]";
      PathMatch path = path(host, paths.get(i), known.regexes, at);
      if (path != null) {
        share(new Wanted(host, path, paths.get(i).getBackend(), at, at + ".backend"), known);
      }
    }
  }

  /** The condition on a path, or null after a finding. */
  private @Nullable PathMatch path(
      String host, HTTPIngressPath path, RegexPaths regexes, String key) {
    if (!regexes.contains(host)) {
      return IngressPath.read(path, key, findings);
    }
    PathMatch read =
        IngressPath.isTyped(path, key, findings)
            ? regexes.known(host, path, key + ".path", findings)
            : null;
    String written = Absent.text(path.getPath());
    if (read == null && (written.isEmpty() || written.equals("/"))) {
      return RouteBasics.ROOT; // What the other has there by a default backend is no expression.
    }
    if (read == null) {
      refuse(key, host, written, null);
    }
    return read;
  }

  /** Its default backend is for what others have under the roots of its hosts. */
  private void byDefault(Set<String> hosts, Known known) {
    IngressBackend backend = spec.getDefaultBackend();
    if (backend == null) {
      return;
    }
    String key = "spec.defaultBackend";
    for (String host : hosts) {
      CanaryShare taken = known.claims.canary(host, RouteBasics.ROOT);
      if (taken == null || !taken.canary().equals(name)) {
        share(new Wanted(host, RouteBasics.ROOT, backend, key, key), known);
      }
    }
  }

  private void share(Wanted wanted, Known known) {
    Claims.Holding holding = known.claims.holding(wanted.host, wanted.path);
    ServedIngress main = holding == null ? null : known.mains.get(holding.owner());
    if (holding == null || main == null || !isOfOurs(holding.owner())) {
      refuse(
          wanted.key,
          wanted.host,
          wanted.path.template(),
          holding == null ? null : holding.owner());
      return;
    }
    CanaryShare other = known.claims.canary(wanted.host, wanted.path);
    if (other != null) {
      findings.refuse(
          wanted.key,
          shown(wanted.host, wanted.path.template()),
          other.canary().equals(name)
              ? "each host and path once"
              : "one canary of a host and path; the older " + other.canary() + " is it");
      return;
    }
    String upstream =
        known.backends.upstream(
            wanted.backend, name.namespace(), terms(main), MEANWHILE, wanted.backendKey, findings);
    if (upstream == null) {
      return;
    }
    String idle =
        main.answers()
            ? main.name() + " answers every request itself"
            : Upstream.service(upstream).equals(Upstream.service(holding.upstream()))
                ? main.name() + " has the same backend"
                : null;
    if (idle != null) {
      findings.tell(wanted.key, shown(wanted.host, wanted.path.template()), Verdict.INERT, idle);
      return;
    }
    findings.accept();
    known.claims.claimShare(
        wanted.host,
        wanted.path,
        new CanaryShare(name, upstream, known.backends.isReady(upstream), terms));
  }

  private boolean isOfOurs(ObjectName other) {
    return other.namespace().equals(name.namespace());
  }

  private void refuse(String key, String host, String path, @Nullable ObjectName owner) {
    findings.refuse(
        key,
        shown(host, path),
        "a host and path that an Ingress of the namespace "
            + name.namespace()
            + " serves"
            + (owner == null ? "" : "; " + owner + " has it"));
  }

  private static String shown(String host, String path) {
    return (host.isEmpty() ? "*" : host) + path;
  }

  /** The other's terms, with endpoints chosen as it says itself. */
  private Backends.Terms terms(ServedIngress main) {
    Backends.Terms its = main.backendTerms();
    Upstream.Balance own = nginx.backend().balance();
    return its.backend().balance() == own
        ? its
        : new Backends.Terms(
            its.backend().with(own),
            its.inject(),
            its.named(),
            main.name().name() + "/" + name.name());
  }
}
