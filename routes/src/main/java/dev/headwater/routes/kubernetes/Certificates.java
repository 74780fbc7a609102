package dev.headwater.routes.kubernetes;

import dev.headwater.routes.ServerCertificate;
import dev.headwater.routes.compile.CertificateReading;
import dev.headwater.routes.compile.CertificateReading.Unusable;
import dev.headwater.routes.compile.CertificateReading.Usable;
import dev.headwater.routes.nginx.Verdict;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.networking.v1.IngressTLS;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Certificates of Secrets by the hosts that they serve. A certificate serves hosts of the rules of
 * the Ingress that names its Secret, as far as it is good for them, and no others: so nobody takes
 * over a host with a certificate alone. For a host of several Ingresses the oldest decides. Hosts
 * without a usable certificate get the default one.
 */
final class Certificates {
  private static final String CHAIN = "tls.crt";
  private static final String KEY = "tls.key";
  private static final String LEFT = "the default certificate serves it";

  private final Map<ObjectName, Secret> secrets = new HashMap<>();
  private final Kept before;
  private final Map<Kept.CertificateText, CertificateReading> read = new HashMap<>();
  private final Map<ObjectName, ServerCertificate> certificates = new TreeMap<>();
  private final Map<String, ObjectName> byHost = new TreeMap<>();
  private final Set<String> secured = new HashSet<>();

  Certificates(ClusterObjects objects, Kept before) {
    this.before = before;
    objects.secrets().forEach(each -> secrets.put(ObjectName.of(each), each));
  }

  /** What was read, for the next compilation. */
  Map<Kept.CertificateText, CertificateReading> read() {
    return read;
  }

  /**
   * Gives the hosts of an Ingress their certificates. Older Ingresses come first.
   *
   * @param hosts of its rules
   */
  void serve(String namespace, List<IngressTLS> tls, Set<String> hosts, Findings findings) {
    for (int i = 0; i < tls.size(); i++) {
      String key = "spec.tls[" + i + "]";
      Set<String> listed = listed(tls.get(i), key, findings);
      listed.stream().filter(hosts::contains).forEach(secured::add);
      String secret = Absent.text(tls.get(i).getSecretName());
      ServerCertificate certificate =
          secret.isEmpty()
              ? null
              : usable(new ObjectName("Secret", namespace, secret), key + ".secretName", findings);
      if (certificate != null) {
        ObjectName name = new ObjectName("Secret", namespace, secret);
        certificates.put(name, certificate);
        for (String host : new TreeSet<>(hosts)) {
          serve(host, listed.contains(host), name, certificate, key + ".secretName", findings);
        }
      }
    }
  }

  /** Whether hosts are meant to be served under TLS, with the default certificate if need be. */
  boolean secure(List<String> hosts) {
    return secured.containsAll(hosts);
  }

  /** Hosts that are listed for certificates, in their normal form. */
  static Set<String> listed(List<IngressTLS> tls) {
    Set<String> listed = new TreeSet<>();
    for (IngressTLS each : tls) {
      for (String written : Absent.list(each.getHosts())) {
        String host = IngressHost.read(written);
        if (host != null) {
          listed.add(host);
        }
      }
    }
    return listed;
  }

  private static Set<String> listed(IngressTLS tls, String key, Findings findings) {
    Set<String> listed = new TreeSet<>();
    List<String> hosts = Absent.list(tls.getHosts());
    for (int i = 0; i < hosts.size(); i++) {
      String host = IngressHost.read(hosts.get(i));
      if (host == null) {
        findings.refuse(key + ".hosts[" + i + "]", hosts.get(i), IngressHost.EXPECTED);
      } else {
        listed.add(host);
      }
    }
    return listed;
  }

  private void serve(
      String host,
      boolean isListed,
      ObjectName secret,
      ServerCertificate certificate,
      String key,
      Findings findings) {
    if (!isGoodFor(certificate, host)) {
      if (isListed) {
        findings.refuse(
            key,
            secret.name(),
            "a certificate for " + host + ", this one is for " + certificate.names() + "; " + LEFT);
      }
      return;
    }
    secured.add(host);
    ObjectName other = byHost.putIfAbsent(host, secret);
    if (isListed && other != null && !other.equals(secret)) {
      findings.tell(key, secret.name(), Verdict.INERT, host + " is served by " + other);
    }
  }

  private static boolean isGoodFor(ServerCertificate certificate, String host) {
    String wildcard = IngressHost.wildcardOver(host);
    return certificate.names().contains(host)
        || (wildcard != null && certificate.names().contains(wildcard));
  }

  private @Nullable ServerCertificate usable(ObjectName name, String key, Findings findings) {
    Secret secret = secrets.get(name);
    Map<String, String> data = secret == null ? Map.of() : Absent.map(secret.getData());
    String chain = Absent.text(data.get(CHAIN));
    String secretKey = Absent.text(data.get(KEY));
    String refusal =
        secret == null
            ? "a Secret of the namespace " + name.namespace()
            : chain.isEmpty() || secretKey.isEmpty()
                ? "a Secret with " + CHAIN + " and " + KEY
                : null;
    if (refusal == null) {
      Kept.CertificateText text = new Kept.CertificateText(chain, secretKey);
      CertificateReading reading = read.computeIfAbsent(text, this::reading);
      if (reading instanceof Usable usable) {
        return usable.certificate();
      }
      refusal = ((Unusable) reading).expectation().replaceFirst("^expected ", "");
    }
    findings.refuse(key, name.name(), refusal + "; the default certificate serves its hosts");
    return null;
  }

  private CertificateReading reading(Kept.CertificateText text) {
    CertificateReading known = before.certificate(text);
    if (known != null) {
      return known;
    }
    try {
      return CertificateReading.of("a Secret", decoded(text.chain()), decoded(text.key()));
    } catch (IllegalArgumentException e) {
      return new Unusable("expected base64");
    }
  }

  private static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.ISO_8859_1);
  }

  /** The certificate for all other names: the Secret's, or null after a finding. */
  @Nullable ServerCertificate byDefault(ObjectName secret, Findings findings) {
    ServerCertificate found = usable(secret, "default certificate", findings);
    return found == null ? null : named(secret, found, found.names());
  }

  /** The certificates of a listener: the default one first, then each with the hosts it serves. */
  List<ServerCertificate> all(ServerCertificate byDefault) {
    List<ServerCertificate> all = new ArrayList<>();
    List<String> free =
        byDefault.names().stream().filter(name -> !byHost.containsKey(name)).toList();
    all.add(new ServerCertificate(byDefault.file(), byDefault.chain(), byDefault.key(), free));
    Map<ObjectName, List<String>> hosts = new TreeMap<>();
    byHost.forEach(
        (host, secret) -> hosts.computeIfAbsent(secret, key -> new ArrayList<>()).add(host));
    hosts.forEach(
        (secret, names) -> {
          ServerCertificate certificate = certificates.get(secret);
          if (certificate != null) {
            all.add(named(secret, certificate, names));
          }
        });
    return all;
  }

  private static ServerCertificate named(
      ObjectName secret, ServerCertificate certificate, List<String> names) {
    return new ServerCertificate(secret.toString(), certificate.chain(), certificate.key(), names);
  }
}
