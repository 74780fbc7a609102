package dev.headwater.routes;

import org.jspecify.annotations.Nullable;

/**
 * The operator's addresses.
 *
 * @param address everything; loopback unless configured
 * @param probeAddress only health, readiness and metrics; null for none
 * @param tokenFile file with the token that writes need; null refuses all writes
 */
public record AdminPolicy(
    BindAddress address, @Nullable BindAddress probeAddress, @Nullable String tokenFile) {
  /** Loopback, port 9900. */
  public static final AdminPolicy DEFAULT =
      new AdminPolicy(new BindAddress("127.0.0.1", 9900), null, null);
}
