package dev.headwater.routes.kubernetes;

import dev.headwater.routes.PathMatch;
import dev.headwater.routes.Redirect;
import dev.headwater.routes.nginx.HostTerms;
import dev.headwater.routes.nginx.NginxKeys;
import dev.headwater.routes.nginx.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What an Ingress gets of its annotations about whole hosts: other names for them, the place that
 * their roots lead to, and the name with {@code www.} or without that leads to them. As in
 * ingress-nginx the oldest Ingress of a host decides, and names that have rules are nobody's alias.
 */
final class HostAnnotations {
  private static final int MOST_TOLD = 10;
  private static final String WWW = "www.";
  private static final PathMatch ROOT = new PathMatch.Exact("/");

  private final ObjectName name;
  private final HostTerms terms;
  private final Findings findings;
  private final Set<String> names = new TreeSet<>();
  private final List<Answer> answers = new ArrayList<>();

  HostAnnotations(ObjectName name, HostTerms terms, Findings findings) {
    this.name = name;
    this.terms = terms;
    this.findings = findings;
  }

  /**
   * Requests that are sent elsewhere.
   *
   * @param suffix tells the route apart from others of its Ingress
   * @param hosts under which names
   * @param path which of them
   * @param redirect where to
   * @param isOwn whether they are requests of a host of the Ingress's own, on its own terms
   */
  record Answer(
      String suffix, List<String> hosts, PathMatch path, Redirect redirect, boolean isOwn) {}

  /** Claims other names for hosts on which something of the Ingress is in force. */
  void alias(Claims claims, Set<String> held) {
    if (terms.aliases().isEmpty()) {
      return;
    }
    List<String> others = new ArrayList<>();
    for (String host : held) {
      if (host.equals(IngressHost.ANY) || !claims.claimAliases(host)) {
        others.add(host.isEmpty() ? "*" : host);
        continue;
      }
      for (String alias : terms.aliases()) {
        if (claims.claimAlias(alias, host)) {
          names.add(alias);
        } else if (!alias.equals(host)) {
          others.add(alias);
        }
      }
    }
    tell(
        "server-alias",
        String.join(",", terms.aliases()),
        !names.isEmpty(),
        others,
        "a name with rules is nobody's alias, and the oldest Ingress of a host names its aliases");
  }

  /** Claims what is sent elsewhere; all aliases are known. */
  void redirect(Claims claims, Set<String> held, int status, boolean isAnswered) {
    String root = terms.appRoot();
    List<String> others = new ArrayList<>();
    for (String host : held) {
      if (root != null && !isAnswered && isNotOfOthers(claims, host) && claims.claimRoot(host)) {
        answers.add(
            new Answer(
                "/root/" + (host.isEmpty() ? "*" : host),
                claims.names(host),
                ROOT,
                new Redirect(302, null, root),
                true));
      } else if (root != null) {
        others.add(host.isEmpty() ? "*" : host);
      }
    }
    if (root != null) {
      tell(
          "app-root",
          root,
          others.size() < held.size(),
          others,
          isAnswered
              ? "another annotation answers every request"
              : "an older Ingress has said where its root leads, or another namespace serves it");
    }
    if (terms.www()) {
      www(claims, held, status);
    }
  }

  /** Whether the root itself, where somebody has a rule for it alone, is of this namespace. */
  private boolean isNotOfOthers(Claims claims, String host) {
    ObjectName owner = claims.owner(host, ROOT);
    return owner == null || owner.namespace().equals(name.namespace());
  }

  private void www(Claims claims, Set<String> held, int status) {
    List<String> others = new ArrayList<>();
    for (String host : held) {
      String from = host.startsWith(WWW) ? host.substring(WWW.length()) : WWW + host;
      boolean isName =
          !host.equals(IngressHost.ANY)
              && !IngressHost.isWildcard(host)
              && !host.startsWith("[")
              && from.equals(IngressHost.read(from));
      if (isName && claims.claimOther(from)) {
        names.add(from);
        Redirect redirect = new Redirect(status, host, null);
        answers.add(new Answer("/www/" + from, List.of(from), RouteBasics.ROOT, redirect, false));
      } else {
        others.add(isName ? from : host.isEmpty() ? "*" : host);
      }
    }
    tell(
        "from-to-www-redirect",
        "true",
        others.size() < held.size(),
        others,
        "a name that is served itself leads nowhere, and only whole names have one beside them");
  }

  /** Says so where part of an annotation, or all of it, has no effect. */
  private void tell(String key, String value, boolean inPart, List<String> others, String why) {
    if (!others.isEmpty()) {
      String shown = others.stream().limit(MOST_TOLD).collect(Collectors.joining(", "));
      findings.tellInstead(
          NginxKeys.PREFIX + key,
          value,
          inPart ? Verdict.DIFFERENT : Verdict.INERT,
          "not for " + shown + (others.size() > MOST_TOLD ? " and more" : "") + ": " + why);
    }
  }

  /** Names that it has beside the hosts of its rules. */
  Set<String> names() {
    return names;
  }

  List<Answer> answers() {
    return answers;
  }
}
