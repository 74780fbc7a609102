package dev.headwater.routes;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a collector is known, and what it asks for.
 *
 * @param tls for an https URL; {@link ClientTls#DEFAULT} trusts what the JDK trusts
 * @param credentials sent with each request, or null
 * @param headers further fields of each request, by lower-case name; their values may be secret
 */
public record SinkAccess(
    ClientTls tls, @Nullable SinkCredentials credentials, Map<String, String> headers) {
  /** Nothing is asked for. */
  public static final SinkAccess OPEN = new SinkAccess(ClientTls.DEFAULT, null, Map.of());

  public SinkAccess {
    headers = Map.copyOf(headers);
  }

  /** Without the values of headers. */
  @Override
  public String toString() {
    return "SinkAccess[tls="
        + tls
        + ", credentials="
        + credentials
        + ", headers="
        + headers.keySet()
        + "]";
  }
}
