package dev.headwater.routes;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Whose certificates clients may or have to show.
 *
 * @param hosts patterns of the server names that this is about; empty for all
 * @param required whether a client without one is turned away
 * @param authorities certificates that a client's must lead to, at least one
 */
public record ClientCertificates(
    List<String> hosts, boolean required, List<X509Certificate> authorities) {
  public ClientCertificates {
    hosts = List.copyOf(hosts);
    authorities = List.copyOf(authorities);
  }

  /** Whether a client that satisfied the other has satisfied this, too. */
  public boolean asksTheSameAs(ClientCertificates other) {
    return required == other.required && authorities.equals(other.authorities);
  }

  @Override
  public String toString() {
    return "client certificates "
        + (required ? "required" : "optional")
        + " for "
        + (hosts.isEmpty() ? "all hosts" : hosts);
  }
}
