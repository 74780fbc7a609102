package dev.headwater.routes;

import dev.headwater.sampling.network.NetworkSet;
import dev.headwater.sampling.propagation.TrustMode;

/**
 * Whose trace headers are honoured.
 *
 * @param strangers mode for callers outside {@code trusted}: restart or continue-ids
 * @param trusted callers whose context is honoured in full
 * @param identities callers for whom the same holds wherever they come from, by certificate
 */
public record TrustPolicy(TrustMode strangers, NetworkSet trusted, TrustedIdentities identities) {
  /** Everybody is a stranger, and every trace starts anew. */
  public static final TrustPolicy RESTART = new TrustPolicy(TrustMode.RESTART, NetworkSet.NONE);

  /** By address alone. */
  public TrustPolicy(TrustMode strangers, NetworkSet trusted) {
    this(strangers, trusted, TrustedIdentities.NONE);
  }
}
