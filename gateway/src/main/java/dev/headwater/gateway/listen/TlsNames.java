package dev.headwater.gateway.listen;

import dev.headwater.gateway.listen.NameTerms.Terminate;
import dev.headwater.gateway.pipeline.TlsFacts;
import dev.headwater.routes.ClientCertificates;
import dev.headwater.routes.ListenerTls;
import dev.headwater.routes.ServerCertificate;
import dev.headwater.routes.match.NameMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One listener's TLS, ready for handshakes: server names to terms. Immutable; a change of the
 * configuration or of a certificate's file makes another one, and connections keep what they were
 * made with.
 */
final class TlsNames {
  private final ListenerTls policy;
  private final TlsContexts contexts;
  private final NameMap<NameTerms.Pass> passed;
  private final NameMap<Certified> certified;
  private final Certified first;
  private final NameMap<ClientCertificates> clients;
  private final @Nullable ClientCertificates allClients;

  private TlsNames(ListenerTls policy, TlsContexts contexts) throws SSLException {
    this.policy = policy;
    this.contexts = contexts;
    NameMap.Builder<ClientCertificates> byHost = new NameMap.Builder<>();
    ClientCertificates forAll = null;
    for (ClientCertificates each : policy.clients()) {
      forAll = each.hosts().isEmpty() ? each : forAll;
      each.hosts().forEach(host -> byHost.pattern(host, each));
    }
    this.clients = byHost.build();
    this.allClients = forAll;
    NameMap.Builder<Certified> byName = new NameMap.Builder<>();
    Certified serving = null;
    for (ServerCertificate each : policy.certificates()) {
      Certified terms = certified(each);
      serving = serving == null ? terms : serving;
      each.names().forEach(name -> byName.certified(name, terms));
    }
    if (serving == null) {
      throw new IllegalArgumentException("certificates: none (expected at least one)");
    }
    this.first = serving;
    this.certified = byName.build();
    NameMap.Builder<NameTerms.Pass> passing = new NameMap.Builder<>();
    for (ListenerTls.Passthrough each : policy.passthrough()) {
      NameTerms.Pass terms = new NameTerms.Pass(each);
      each.hosts().forEach(host -> passing.pattern(host, terms));
    }
    this.passed = passing.build();
  }

  /**
   * Makes ready. Blocks for milliseconds per certificate; not for an event loop.
   *
   * @param alpn protocols to offer, the best first
   * @param before what was in force; terms that are the same stay, and with them the sessions that
   *     clients may resume
   * @throws SSLException when the provider is not there or refuses a certificate
   */
  static TlsNames of(ListenerTls policy, List<String> alpn, @Nullable TlsNames before)
      throws SSLException {
    TlsContexts known = before == null ? null : before.contexts;
    return new TlsNames(policy, TlsContexts.of(policy, alpn, known));
  }

  private Certified certified(ServerCertificate certificate) throws SSLException {
    Map<ClientCertificates, Terminate> asking = new HashMap<>();
    for (ClientCertificates each : policy.clients()) {
      asking.put(each, terms(certificate, each));
    }
    return new Certified(certificate, terms(certificate, null), asking);
  }

  private Terminate terms(ServerCertificate certificate, @Nullable ClientCertificates asked)
      throws SSLException {
    return new Terminate(contexts.get(certificate, asked), certificate, asked);
  }

  ListenerTls policy() {
    return policy;
  }

  /** The terms for a server name in normal form, null for none; null when it is turned away. */
  @Nullable NameTerms find(@Nullable String name) {
    if (name == null) {
      return policy.strict() ? null : first.with(allClients);
    }
    NameTerms.Pass pass = passed.find(name);
    Certified found = certified.find(name);
    if (pass != null && (found == null || !found.certificate.names().contains(name))) {
      return pass;
    }
    if (found == null) {
      if (policy.strict()) {
        return null;
      }
      found = first;
    }
    ClientCertificates asked = clients.find(name);
    return found.with(asked == null ? allClients : asked);
  }

  /**
   * Whether a host is served on other terms than those a connection was made on: by another
   * certificate, or with other client certificates (RFC 9110 15.5.20).
   *
   * @param host of a request, in normal form; empty when it names none
   */
  boolean isMisdirected(TlsFacts made, String host) {
    String asked = made.serverName();
    String named = host.isEmpty() ? asked : host;
    if (!(find(named) instanceof Terminate now) || !same(now.clients(), made.clients())) {
      return true;
    }
    return named != null
        && !named.equals(asked)
        && !(find(asked) instanceof Terminate then && then.certificate().equals(now.certificate()));
  }

  private static boolean same(@Nullable ClientCertificates a, @Nullable ClientCertificates b) {
    return a == null || b == null ? a == b : a.asksTheSameAs(b);
  }

  /** A certificate with the terms on which it is shown. */
  private record Certified(
      ServerCertificate certificate, Terminate plain, Map<ClientCertificates, Terminate> asking) {
    Terminate with(@Nullable ClientCertificates clients) {
      Terminate terms = clients == null ? plain : asking.get(clients);
      if (terms == null) {
        throw new IllegalStateException("clients: unknown policy");
      }
      return terms;
    }
  }
}
