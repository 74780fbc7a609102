package dev.headwater.gateway.pipeline;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Address of a client.
 *
 * @param ip 4 or 16 bytes in network order
 * @param text the same as text, without brackets
 * @param port 0 when unknown, as behind a proxy
 */
public record ClientAddress(byte[] ip, String text, int port) {
  /**
   * Most proxies in a row, from us back, that are looked at for the client and told to the
   * upstream: no honest chain is longer.
   */
  public static final int MAX_HOPS = 32;

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ClientAddress that && that.port == port && Arrays.equals(that.ip, ip);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ip) + port;
  }

  /** The text form. */
  @Override
  public String toString() {
    return text;
  }
}
