package dev.headwater.routes;

import dev.headwater.routes.match.EncodedSlash;
import dev.headwater.sampling.network.NetworkSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One address that serves clients.
 *
 * @param name unique
 * @param address where
 * @param reusePort whether another process may listen there too
 * @param tls how it is secured, or null for in clear
 * @param forwarded callers whose {@code X-Forwarded-*} and {@code Forwarded} fields are believed
 * @param proxies peers whose connections begin with a PROXY header; no others may
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
    @Nullable ListenerTls tls,
    NetworkSet forwarded,
    NetworkSet proxies,
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
        tls,
        forwarded,
        proxies,
        trace,
        propagation,
        limits,
        encodedSlash,
        protocols,
        http2);
  }

  /** The same within other limits. */
  public ListenerPolicy limited(Limits others) {
    return new ListenerPolicy(
        name,
        address,
        reusePort,
        tls,
        forwarded,
        proxies,
        trace,
        propagation,
        others,
        encodedSlash,
        protocols,
        http2);
  }

  /** The same, secured in another way. */
  public ListenerPolicy with(@Nullable ListenerTls other) {
    return new ListenerPolicy(
        name,
        address,
        reusePort,
        other,
        forwarded,
        proxies,
        trace,
        propagation,
        limits,
        encodedSlash,
        protocols,
        http2);
  }
}
