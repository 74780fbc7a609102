package dev.headwater.routes;

import dev.headwater.routes.match.EncodedSlash;
import dev.headwater.sampling.network.NetworkSet;

/**
 * One address that serves clients.
 *
 * @param name unique
 * @param address where
 * @param reusePort whether another process may listen there too
 * @param forwarded callers whose {@code X-Forwarded-*} and {@code Forwarded} fields are believed
 * @param trace what callers' trace headers are worth here
 * @param propagation which trace headers are read and written here
 * @param limits sizes, counts and times a client has to keep
 * @param encodedSlash what becomes of {@code %2F} in paths
 */
public record ListenerPolicy(
    String name,
    BindAddress address,
    boolean reusePort,
    NetworkSet forwarded,
    TrustPolicy trace,
    ListenerPropagation propagation,
    Limits limits,
    EncodedSlash encodedSlash) {
  /** The same at the address that it got. */
  public ListenerPolicy at(BindAddress bound) {
    return new ListenerPolicy(
        name, bound, reusePort, forwarded, trace, propagation, limits, encodedSlash);
  }
}
