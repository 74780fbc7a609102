package dev.headwater.routes.compile;

import dev.headwater.routes.ClientCertificates;
import dev.headwater.routes.ListenerTls;
import dev.headwater.routes.ListenerTls.Passthrough;
import dev.headwater.routes.ListenerTls.Provider;
import dev.headwater.routes.ListenerTls.Version;
import dev.headwater.routes.ServerCertificate;
import dev.headwater.routes.schema.Key;
import dev.headwater.routes.schema.ListShape;
import dev.headwater.routes.schema.ObjectShape;
import dev.headwater.routes.schema.Scalars;
import dev.headwater.routes.schema.Section;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code listeners[].tls}: certificates by server name, and what is asked of clients. */
final class ListenerTlsKeys {
  private static final Key<String> CERTIFICATE =
      Key.required(
          "certificate",
          Scalars.text(1, 4096),
          "PEM file with the certificate and those that vouch for it, relative to this file;"
              + " watched");
  private static final Key<String> KEY =
      Key.required(
          "key", Scalars.text(1, 4096), "PEM file with its private key, RSA or EC; watched");
  private static final Key<List<ServerCertificate>> CERTIFICATES =
      Key.required(
          "certificates",
          ListShape.of(ObjectShape.of(ListenerTlsKeys::certificate, CERTIFICATE, KEY)).notEmpty(),
          "Chosen by the name that a client asks for, among the DNS names of each; the first"
              + " serves all others");
  private static final Key<Boolean> STRICT =
      Key.defaulted(
          "strict",
          Scalars.bool(),
          "false",
          "Whether clients that ask for another name, or for none, are turned away with the alert"
              + " unrecognized_name");
  private static final Key<Version> MINIMUM =
      Key.defaulted(
          "minimum",
          Scalars.choice(List.of(Version.values()), Version::label),
          "\"1.2\"",
          "Oldest version of TLS");

  private static final Key<List<String>> CLIENT_HOSTS =
      Key.defaulted(
          "hosts",
          ListShape.of(MatchKeys.hostPattern()),
          "[]",
          "Server names that this is about, or *.example.com for all below one; empty for all");
  private static final Key<Boolean> MODE =
      Key.defaulted(
          "mode",
          Scalars.choice(modes()),
          "required",
          "Whether a client without a certificate is served");
  private static final Key<String> CA =
      Key.required(
          "ca",
          Scalars.text(1, 4096),
          "PEM file with the certificates that a client's must lead to; watched");
  private static final Key<List<ClientCertificates>> CLIENTS =
      Key.defaulted(
          "clients",
          ListShape.of(ObjectShape.of(ListenerTlsKeys::clients, CLIENT_HOSTS, MODE, CA)),
          "[]",
          "Whose certificates are asked for; the most specific host counts");

  private static final Key<List<String>> PASSED_HOSTS =
      Key.required(
          "hosts",
          ListShape.of(MatchKeys.hostPattern()).notEmpty(),
          "Server names, or *.example.com for all below one");
  private static final Key<String> PASSED_TO =
      Key.required("upstream", Scalars.nameOf(UpstreamKeys.NOUN), "Where they go");
  private static final Key<Duration> PASSED_IDLE =
      Key.defaulted(
          "idle",
          Scalars.duration("1s", "24h"),
          "1h",
          "Longest silence of both sides together; then close");
  private static final Key<List<Passthrough>> PASSTHROUGH =
      Key.defaulted(
          "passthrough",
          ListShape.of(
              ObjectShape.of(
                  section ->
                      new Passthrough(
                          section.get(PASSED_HOSTS),
                          section.get(PASSED_TO),
                          section.get(PASSED_IDLE)),
                  PASSED_HOSTS,
                  PASSED_TO,
                  PASSED_IDLE)),
          "[]",
          "Connections that are handed on undecrypted, by the name that the client asks for");

  private static final Key<Provider> PROVIDER =
      Key.defaulted(
          "provider",
          Scalars.choice(List.of(Provider.values()), Provider::label),
          Provider.AUTO.label(),
          "What speaks TLS; auto is OpenSSL where it loads, otherwise the JDK");
  private static final Key<Duration> HANDSHAKE_TIMEOUT =
      Key.defaulted(
          "handshakeTimeout",
          Scalars.duration("10ms", "1h"),
          "10s",
          "From accept to the end of the handshake; then close");
  private static final Key<Long> CLIENT_HELLO =
      Key.defaulted(
          "clientHello",
          Scalars.size("1KiB", "64KiB"),
          "16KiB",
          "Most bytes of a ClientHello; beyond it close");
  private static final Key<String> IDENTITY_HEADER =
      Key.defaulted(
          "identityHeader",
          Tokens.identityHeader(),
          "x-forwarded-client-cert",
          "Request header that tells upstreams who a client proved to be, in Envoy's form; with"
              + " clients anywhere, taken out of every request that comes");

  static final Key<ListenerTls> SECTION =
      Key.optional(
          "tls",
          ObjectShape.of(
              ListenerTlsKeys::tls,
              CERTIFICATES,
              STRICT,
              MINIMUM,
              CLIENTS,
              PASSTHROUGH,
              PROVIDER,
              HANDSHAKE_TIMEOUT,
              CLIENT_HELLO,
              IDENTITY_HEADER),
          "TLS; absent for in clear. What is below it is live, to begin or end it needs a restart");

  private ListenerTlsKeys() {}

  private static Map<String, Boolean> modes() {
    Map<String, Boolean> modes = new LinkedHashMap<>();
    modes.put("optional", false);
    modes.put("required", true);
    return modes;
  }

  private static @Nullable ServerCertificate certificate(Section section) {
    String file = section.get(CERTIFICATE);
    List<X509Certificate> chain = certificates(section, CERTIFICATE);
    PrivateKey key = key(section);
    if (chain.isEmpty() || key == null) {
      return null;
    }
    if (!Pem.fits(key, chain.get(0).getPublicKey())) {
      section.refuse(KEY, section.get(KEY), "expected the key of the certificate in " + file);
      return null;
    }
    return new ServerCertificate(file, chain, key, CertificateReading.names(chain.get(0)));
  }

  private static List<X509Certificate> certificates(Section section, Key<String> key) {
    String text = section.file(key);
    if (text == null) {
      return List.of();
    }
    try {
      return Pem.certificates(text);
    } catch (Pem.Unusable e) {
      section.refuse(key, section.get(key), String.valueOf(e.getMessage()));
      return List.of();
    }
  }

  private static @Nullable PrivateKey key(Section section) {
    String text = section.file(KEY);
    if (text == null) {
      return null;
    }
    try {
      return Pem.key(text);
    } catch (Pem.Unusable e) {
      section.refuse(KEY, section.get(KEY), String.valueOf(e.getMessage()));
      return null;
    }
  }

  private static @Nullable ClientCertificates clients(Section section) {
    List<X509Certificate> authorities = certificates(section, CA);
    List<String> hosts = section.get(CLIENT_HOSTS).stream().distinct().toList();
    return authorities.isEmpty()
        ? null
        : new ClientCertificates(
            hosts.contains(MatchKeys.ANY_HOST) ? List.of() : hosts, section.get(MODE), authorities);
  }

  private static ListenerTls tls(Section section) {
    List<ServerCertificate> certificates = section.get(CERTIFICATES);
    List<ClientCertificates> clients = section.get(CLIENTS);
    List<Passthrough> passthrough = section.get(PASSTHROUGH);
    Map<String, String> owners = new HashMap<>();
    // Elements that could not be read have their own problems, and shift the others.
    if (certificates.size() == section.written(CERTIFICATES)) {
      refuseSharedNames(section, certificates, owners);
    }
    if (passthrough.size() == section.written(PASSTHROUGH)) {
      refuseTakenHosts(section, passthrough, owners);
    }
    if (clients.size() == section.written(CLIENTS)) {
      refuseRepeatedClients(section, clients);
    }
    return new ListenerTls(
        certificates,
        section.get(STRICT),
        section.get(MINIMUM),
        clients,
        passthrough,
        section.get(PROVIDER),
        section.get(HANDSHAKE_TIMEOUT),
        section.get(CLIENT_HELLO).intValue(),
        section.get(IDENTITY_HEADER));
  }

  private static void refuseSharedNames(
      Section section, List<ServerCertificate> certificates, Map<String, String> owners) {
    for (int i = 0; i < certificates.size(); i++) {
      ServerCertificate each = certificates.get(i);
      if (i > 0 && each.names().isEmpty()) {
        section.refuseElement(
            CERTIFICATES, i, each.file(), "expected a DNS name in it: no client could ask for it");
      }
      for (String name : each.names()) {
        String other = owners.putIfAbsent(name, "the certificate in " + each.file());
        if (other != null) {
          section.refuseElement(
              CERTIFICATES, i, name, "expected each name once; " + other + " has it");
        }
      }
    }
  }

  private static void refuseTakenHosts(
      Section section, List<Passthrough> passthrough, Map<String, String> owners) {
    for (int i = 0; i < passthrough.size(); i++) {
      Passthrough each = passthrough.get(i);
      for (String host : each.hosts()) {
        String other = owners.putIfAbsent(host, "passthrough to " + each.upstream());
        if (host.equals(MatchKeys.ANY_HOST)) {
          section.refuseElement(PASSTHROUGH, i, host, "expected a name, or *. and a name");
        } else if (other != null) {
          section.refuseElement(
              PASSTHROUGH, i, host, "expected each name once; " + other + " has it");
        }
      }
    }
  }

  private static void refuseRepeatedClients(Section section, List<ClientCertificates> clients) {
    Set<String> known = new LinkedHashSet<>();
    for (int i = 0; i < clients.size(); i++) {
      List<String> hosts = clients.get(i).hosts();
      for (String host : hosts.isEmpty() ? List.of("all hosts") : hosts) {
        if (!known.add(host)) {
          section.refuseElement(CLIENTS, i, host, "expected each host once");
        }
      }
    }
  }
}
