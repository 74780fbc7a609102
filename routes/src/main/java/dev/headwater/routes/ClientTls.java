package dev.headwater.routes;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * TLS as a client. The server's certificate and name are always verified.
 *
 * @param ca PEM file with the certificates that are trusted, or null for those of the JDK
 * @param certificate PEM file with our certificate chain, or null; not without {@code key}
 * @param key PEM file with its private key, or null
 * @param serverName the name that is asked for and verified, or null for the host of the URL
 */
public record ClientTls(
    @Nullable String ca,
    @Nullable String certificate,
    @Nullable String key,
    @Nullable String serverName) {
  /** The JDK's trust, no certificate of ours, the URL's host. */
  public static final ClientTls DEFAULT = new ClientTls(null, null, null, null);

  /** The same with its files elsewhere. */
  public ClientTls in(UnaryOperator<String> place) {
    return new ClientTls(
        placed(ca, place), placed(certificate, place), placed(key, place), serverName);
  }

  private static @Nullable String placed(@Nullable String file, UnaryOperator<String> place) {
    return file == null ? null : place.apply(file);
  }
}
