package dev.headwater.routes;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards the endpoints of an upstream. An endpoint's certificate and name are always verified.
 *
 * @param authorities whose certificates are trusted; empty for those that the JDK trusts
 * @param identity what we show to endpoints that ask, or null
 * @param serverName the name that is asked for and verified, or null for the endpoint's host
 */
public record UpstreamTls(
    List<X509Certificate> authorities, @Nullable Identity identity, @Nullable String serverName) {
  /** The JDK's trust, no certificate of ours, the endpoint's host. */
  public static final UpstreamTls DEFAULT = new UpstreamTls(List.of(), null, null);

  public UpstreamTls {
    authorities = List.copyOf(authorities);
  }

  /**
   * A certificate of ours with its key. Prints itself without the key.
   *
   * @param chain the certificate, then those that vouch for it
   * @param key fits the first of the chain
   */
  public record Identity(List<X509Certificate> chain, PrivateKey key) {
    public Identity {
      chain = List.copyOf(chain);
    }

    /** Without the key's, which is costly, and goes with the chain. */
    @Override
    public int hashCode() {
      return chain.hashCode();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Identity that && chain.equals(that.chain) && key.equals(that.key);
    }

    @Override
    public String toString() {
      return chain.get(0).getSubjectX500Principal().getName();
    }
  }
}
