package dev.headwater.routes.compile;

import dev.headwater.routes.ServerCertificate;
import dev.headwater.routes.match.HostName;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What came of reading a certificate and its key, both PEM. */
public sealed interface CertificateReading {
  /** A certificate that can be shown. */
  record Usable(ServerCertificate certificate) implements CertificateReading {}

  /**
   * One that cannot.
   *
   * @param expectation what would be right; holds nothing of the key
   */
  record Unusable(String expectation) implements CertificateReading {}

  /**
   * Reads both. Takes milliseconds.
   *
   * @param place where they stand, for messages
   * @param chain the certificate, then those that vouch for it
   * @param key its key, RSA or EC
   */
  static CertificateReading of(String place, String chain, String key) {
    try {
      List<X509Certificate> certificates = Pem.certificates(chain);
      PrivateKey secret = Pem.key(key);
      return Pem.fits(secret, certificates.get(0).getPublicKey())
          ? new Usable(
              new ServerCertificate(place, certificates, secret, names(certificates.get(0))))
          : new Unusable("expected the key of the certificate");
    } catch (Pem.Unusable e) {
      return new Unusable(String.valueOf(e.getMessage()));
    }
  }

  /** The DNS names that can be asked for; what else stands there is no server name. */
  static List<String> names(X509Certificate certificate) {
    // Kind of a general name that is a DNS name (RFC 5280 4.2.1.6).
    int dnsName = 2;
    Set<String> names = new LinkedHashSet<>();
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      for (List<?> each : all == null ? List.<List<?>>of() : all) {
        if (each.get(0).equals(dnsName)) {
          String name = each.get(1).toString().toLowerCase(Locale.ROOT);
          String plain = name.startsWith("*.") ? name.substring(2) : name;
          if (HostName.of(plain) instanceof HostName.Name host && host.host().equals(plain)) {
            names.add(name);
          }
        }
      }
    } catch (CertificateParsingException e) {
      return List.of();
    }
    return List.copyOf(names);
  }
}
