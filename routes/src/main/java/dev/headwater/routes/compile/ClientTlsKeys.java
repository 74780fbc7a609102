package dev.headwater.routes.compile;

import dev.headwater.routes.ClientTls;
import dev.headwater.routes.schema.Key;
import dev.headwater.routes.schema.ObjectShape;
import dev.headwater.routes.schema.Scalars;
import dev.headwater.routes.schema.Section;

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

  private ClientTlsKeys() {}

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
