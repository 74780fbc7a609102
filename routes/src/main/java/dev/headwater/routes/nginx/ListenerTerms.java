package dev.headwater.routes.nginx;

import dev.headwater.routes.Http2Policy;
import dev.headwater.routes.HttpProtocol;
import dev.headwater.routes.Limits;
import dev.headwater.routes.ListenerTls;
import dev.headwater.routes.TrustPolicy;
import dev.headwater.sampling.network.NetworkSet;
import java.util.Set;

/**
 * Terms of the listeners.
 *
 * @param forwarded callers whose {@code X-Forwarded-*} fields are believed
 * @param proxies peers whose connections begin with a PROXY header
 * @param trace what callers' trace headers are worth
 * @param limits sizes, counts and times; {@code bodyBytes} is the ConfigMap's, and Ingresses that
 *     allow more need a listener that does
 * @param protocols what is spoken
 * @param http2 what one HTTP/2 connection may cost
 * @param tls oldest version of TLS
 */
public record ListenerTerms(
    NetworkSet forwarded,
    NetworkSet proxies,
    TrustPolicy trace,
    Limits limits,
    Set<HttpProtocol> protocols,
    Http2Policy http2,
    ListenerTls.Version tls) {
  public ListenerTerms {
    protocols = Set.copyOf(protocols);
  }
}
