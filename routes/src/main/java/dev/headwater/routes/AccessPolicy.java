package dev.headwater.routes;

import dev.headwater.sampling.network.NetworkSet;

/**
 * Which clients may in, by the address that is believed of them.
 *
 * @param allow who may; empty for everybody
 * @param deny who may not, whatever {@code allow} says
 */
public record AccessPolicy(NetworkSet allow, NetworkSet deny) {
  /** Everybody may. */
  public static final AccessPolicy OPEN = new AccessPolicy(NetworkSet.NONE, NetworkSet.NONE);

  /** Whether a client with this address, 4 or 16 bytes in network order, may in. */
  public boolean admits(byte[] address) {
    return !deny.contains(address) && (allow.isEmpty() || allow.contains(address));
  }
}
