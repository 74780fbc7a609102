package dev.headwater.gateway.pipeline;

import dev.headwater.sampling.network.NetworkSet;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the connection that requests come on, whatever its protocol: who is at its other
 * end, and how it is secured. Made once per connection, when its handshakes are done.
 *
 * @param peer the TCP peer
 * @param client whom a PROXY header of a believed peer names; without one the peer
 * @param tls what the handshake agreed on, or null in clear
 * @param acceptedAt when TCP was accepted, nanoseconds of the loop's clock
 * @param readyAt when the first request could come: the end of the handshakes, or the same
 */
public record ClientSession(
    ClientAddress peer,
    ClientAddress client,
    @Nullable TlsFacts tls,
    long acceptedAt,
    long readyAt) {
  /** A connection in clear, straight from its peer. */
  public static ClientSession clear(ClientAddress peer, long acceptedAt) {
    return new ClientSession(peer, peer, null, acceptedAt, acceptedAt);
  }

  /** Whether all who stand at its other end are listed: the peer, and whom it names. */
  @SuppressWarnings("ReferenceEquality") // Without a PROXY header they are one object.
  public boolean isFrom(NetworkSet listed) {
    return listed.contains(peer.ip()) && (client == peer || listed.contains(client.ip()));
  }

  /** Scheme of the requests on it. */
  public String scheme() {
    return tls == null ? "http" : "https";
  }
}
