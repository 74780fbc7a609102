package dev.headwater.routes;

import dev.headwater.routes.match.EncodedSlash;
import dev.headwater.sampling.network.NetworkSet;
import java.util.Set;

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
 * @param protocols what may be spoken, at least one
 * @param http2 what one HTTP/2 connection may cost beyond that
 */
public record ListenerPolicy(
    String name,
    BindAddress address,
    boolean reusePort,
    NetworkSet forwarded,
    TrustPolicy trace,
    ListenerPropagation propagation,
    Limits limits,
    EncodedSlash encodedSlash,
    Set<HttpProtocol> protocols,
    Http2Policy http2) {
  /** Whatever we speak. */
  public static final Set<HttpProtocol> ALL_PROTOCOLS = Set.of(HttpProtocol.values());

  public ListenerPolicy {
    protocols = Set.copyOf(protocols);
  }

  /** The same at the address that it got. */
  public ListenerPolicy at(BindAddress bound) {
    return new ListenerPolicy(
        name,
        bound,
        reusePort,
        forwarded,
        trace,
        propagation,
        limits,
        encodedSlash,
        protocols,
        http2);
  }
}
