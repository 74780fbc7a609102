package dev.headwater.gateway.pipeline;

import dev.headwater.routes.ClientCertificates;
import org.jspecify.annotations.Nullable;

/**
 * What a TLS handshake agreed on.
 *
 * @param protocol such as {@code TLSv1.3}
 * @param cipher name of the cipher suite
 * @param serverName the name that the client asked for, lower case, or null
 * @param identity who the client proved to be, or null
 * @param clients what was asked of clients, or null for nothing
 */
public record TlsFacts(
    String protocol,
    String cipher,
    @Nullable String serverName,
    @Nullable ClientIdentity identity,
    @Nullable ClientCertificates clients) {
  private static final String PREFIX = "TLSv";

  /** The protocol's number, such as {@code 1.3}. */
  public String version() {
    return protocol.startsWith(PREFIX) ? protocol.substring(PREFIX.length()) : protocol;
  }
}
