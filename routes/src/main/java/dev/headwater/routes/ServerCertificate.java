package dev.headwater.routes;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * A certificate that a listener shows, with its key. Prints itself without the key.
 *
 * @param file where the chain was read from, as it was written
 * @param chain the certificate, then those that vouch for it
 * @param key fits the first of the chain
 * @param names DNS names that it is good for, in lower case; {@code *.example.com} for any one
 *     label below a name
 */
public record ServerCertificate(
    String file, List<X509Certificate> chain, PrivateKey key, List<String> names) {
  public ServerCertificate {
    chain = List.copyOf(chain);
    names = List.copyOf(names);
  }

  /** The last moment that it is valid. */
  public Instant notAfter() {
    return chain.get(0).getNotAfter().toInstant();
  }

  /** How metrics and messages call it: its first name, or the file of one without names. */
  public String label() {
    return names.isEmpty() ? file : names.get(0);
  }

  @Override
  public String toString() {
    return "certificate " + file + " for " + names;
  }
}
