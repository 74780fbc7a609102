package dev.headwater.sampling.network;

import java.util.ArrayList;
import java.util.List;

/**
 * A set of IP networks. Membership looks at raw address bytes (4 or 16); an IPv4-mapped IPv6
 * address counts as the IPv4 address it carries. Immutable, linear in the number of networks.
 */
public final class NetworkSet {
  /** Contains nobody. */
  public static final NetworkSet NONE = new NetworkSet(List.of());

  private final List<Network> networks;

  private NetworkSet(List<Network> networks) {
    this.networks = networks;
  }

  /**
   * Networks in CIDR form, {@code 192.0.2.0/24} or {@code 2001:db8::/32}; a bare address is a
   * network of one.
   *
   * @throws IllegalArgumentException naming the first malformed network
   */
  public static NetworkSet of(List<String> cidrs) {
    List<Network> parsed = new ArrayList<>(cidrs.size());
    for (String cidr : cidrs) {
      parsed.add(Network.parse(cidr));
    }
    return parsed.isEmpty() ? NONE : new NetworkSet(List.copyOf(parsed));
  }

  /** Whether an address, 4 or 16 bytes in network order, is inside one of the networks. */
  public boolean contains(byte[] address) {
    if (networks.isEmpty()) {
      return false;
    }
    byte[] plain = Network.unmapped(address);
    for (Network network : networks) {
      if (network.contains(plain)) {
        return true;
      }
    }
    return false;
  }

  /** Whether it contains nobody. */
  public boolean isEmpty() {
    return networks.isEmpty();
  }

  /** The networks as they were written, one by one. */
  public List<String> texts() {
    return networks.stream().map(Network::toString).toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NetworkSet that && that.networks.equals(networks);
  }

  @Override
  public int hashCode() {
    return networks.hashCode();
  }

  /** The networks as they are written in configuration. */
  @Override
  public String toString() {
    return networks.toString();
  }
}
