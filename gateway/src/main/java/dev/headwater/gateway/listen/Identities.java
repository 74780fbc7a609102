package dev.headwater.gateway.listen;

import dev.headwater.gateway.pipeline.ClientIdentity;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** Who clients proved to be, from the certificate that their handshake verified. */
final class Identities {
  /** Kinds of general names (RFC 5280 4.2.1.6). */
  private static final int DNS_NAME = 2;

  private static final int URI = 6;

  private Identities() {}

  /** The client of a session, or null for one that showed no certificate. */
  static @Nullable ClientIdentity of(SSLSession session) {
    try {
      return session.getPeerCertificates()[0] instanceof X509Certificate certificate
          ? of(certificate)
          : null;
    } catch (SSLPeerUnverifiedException anonymous) {
      return null;
    }
  }

  static ClientIdentity of(X509Certificate certificate) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return new ClientIdentity(
          certificate.getSubjectX500Principal().getName(X500Principal.RFC2253),
          names(certificate),
          HexFormat.of().formatHex(hash));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("certificate: verified and yet not readable", e);
    }
  }

  private static List<String> names(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      for (List<?> each : all == null ? List.<List<?>>of() : all) {
        if (each.get(0).equals(DNS_NAME) || each.get(0).equals(URI)) {
          names.add(each.get(1).toString());
        }
      }
    } catch (CertificateParsingException e) {
      return List.of();
    }
    return names;
  }
}
