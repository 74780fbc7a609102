package dev.headwater.gateway.pipeline;

import java.util.List;

/**
 * Who a client proved to be by its certificate; only made of a chain that was verified.
 *
 * @param subject distinguished name of the certificate (RFC 2253)
 * @param names its DNS and URI alternative names, as in {@code spiffe://mesh/ns/web}
 * @param fingerprint SHA-256 of the certificate, lower-case hexadecimal
 */
public record ClientIdentity(String subject, List<String> names, String fingerprint) {
  public ClientIdentity {
    names = List.copyOf(names);
  }
}
