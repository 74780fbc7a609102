package dev.headwater.routes.compile;

import dev.headwater.routes.ClientTls;
import dev.headwater.routes.UpstreamTls;
import dev.headwater.routes.UpstreamTls.Identity;
import dev.headwater.routes.schema.Key;
import dev.headwater.routes.schema.ObjectShape;
import dev.headwater.routes.schema.Scalars;
import dev.headwater.routes.schema.Section;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code tls} of somebody we connect to. */
final class ClientTlsKeys {
  private static final Key<String> CA =
      Key.optional(
          "ca",
          Scalars.text(1, 4096),
          "PEM file with the certificates to trust, relative to this file; by default those of the"
              + " JDK");
  private static final Key<String> CERTIFICATE =
      Key.optional(
          "certificate", Scalars.text(1, 4096), "PEM file with our certificate chain, with key");
  private static final Key<String> KEY =
      Key.optional("key", Scalars.text(1, 4096), "PEM file with its private key");
  private static final Key<String> SERVER_NAME =
      Key.optional(
          "serverName",
          Addresses.serverName(),
          "Name to ask for and to verify; by default the host of the URL");

  /** Verification cannot be switched off: whoever wants none writes http. */
  static final ObjectShape<ClientTls> SHAPE =
      ObjectShape.of(ClientTlsKeys::tls, CA, CERTIFICATE, KEY, SERVER_NAME);

  /** The same with its files read, which are watched so. */
  static final ObjectShape<UpstreamTls> READ =
      ObjectShape.of(ClientTlsKeys::read, CA, CERTIFICATE, KEY, SERVER_NAME);

  private ClientTlsKeys() {}

  private static @Nullable UpstreamTls read(Section section) {
    ClientTls files = tls(section);
    List<X509Certificate> authorities = List.of();
    Identity identity = null;
    try {
      if (files.ca() != null) {
        authorities = certificates(section, CA);
      }
      if (files.certificate() != null && files.key() != null) {
        identity = identity(section);
      }
    } catch (Refused e) {
      return null;
    }
    return new UpstreamTls(authorities, identity, files.serverName());
  }

  /** A problem was noted. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    Refused() {
      super(null, null, false, false);
    }
  }

  private static Identity identity(Section section) throws Refused {
    List<X509Certificate> chain = certificates(section, CERTIFICATE);
    String text = section.file(KEY);
    if (text == null) {
      throw new Refused();
    }
    PrivateKey key;
    try {
      key = Pem.key(text);
    } catch (Pem.Unusable e) {
      throw refused(section, KEY, String.valueOf(e.getMessage()));
    }
    if (!Pem.fits(key, chain.get(0).getPublicKey())) {
      throw refused(
          section, KEY, "expected the key of the certificate in " + section.find(CERTIFICATE));
    }
    return new Identity(chain, key);
  }

  private static List<X509Certificate> certificates(Section section, Key<String> key)
      throws Refused {
    String text = section.file(key);
    if (text == null) {
      throw new Refused();
    }
    try {
      return Pem.certificates(text);
    } catch (Pem.Unusable e) {
      throw refused(section, key, String.valueOf(e.getMessage()));
    }
  }

  private static Refused refused(Section section, Key<String> key, String expectation) {
    section.refuse(key, String.valueOf(section.find(key)), expectation);
    return new Refused();
  }

  private static ClientTls tls(Section section) {
    if (section.isGiven(CERTIFICATE) != section.isGiven(KEY)) {
      section.refuse(
          section.isGiven(KEY) ? KEY : CERTIFICATE,
          section.isGiven(KEY) ? "key alone" : "certificate alone",
          "expected certificate and key together");
    }
    return new ClientTls(
        section.find(CA), section.find(CERTIFICATE), section.find(KEY), section.find(SERVER_NAME));
  }
}
