package dev.headwater.gateway.forward;

import dev.headwater.gateway.wire.TlsEngine;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.Endpoint;
import dev.headwater.routes.Endpoint.Protocol;
import dev.headwater.routes.Upstream;
import dev.headwater.routes.UpstreamTls;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handshake contexts towards endpoints, by what they are made of. All loops share them. Made before
 * a configuration is in force, off the loops; those that it does not need any more are forgotten,
 * though pools go on with them. Safe for use from any thread.
 */
public final class EndpointContexts {
  private static final Logger LOG = LoggerFactory.getLogger(EndpointContexts.class);

  /** What is offered by ALPN (RFC 7301). */
  enum Offer {
    /** For endpoints of {@code https://}. */
    ANY("h2", "http/1.1"),
    /** For endpoints of {@code h2://}. */
    HTTP_2("h2"),
    /** For requests that switch protocols, which HTTP/2 cannot. */
    HTTP_1("http/1.1");

    private final List<String> protocols;

    Offer(String... protocols) {
      this.protocols = List.of(protocols);
    }
  }

  /** What connections are made with; two of the same may share a pool. */
  record Profile(UpstreamTls tls, Offer offer) {}

  private volatile Map<Profile, SslContext> contexts = Map.of();

  /** Makes what a configuration needs; blocks. */
  public synchronized void prepare(Configuration configuration) {
    Map<Profile, SslContext> next = new HashMap<>();
    for (Upstream upstream : configuration.upstreams()) {
      for (Endpoint endpoint : upstream.endpoints()) {
        if (endpoint.protocol() == Protocol.H2) {
          prepare(next, new Profile(upstream.tls(), Offer.HTTP_2));
        } else if (endpoint.protocol() == Protocol.HTTPS) {
          prepare(next, new Profile(upstream.tls(), Offer.ANY));
          prepare(next, new Profile(upstream.tls(), Offer.HTTP_1));
        }
      }
    }
    contexts = Map.copyOf(next);
  }

  private void prepare(Map<Profile, SslContext> next, Profile profile) {
    if (next.containsKey(profile)) {
      return;
    }
    SslContext known = contexts.get(profile);
    try {
      next.put(profile, known == null ? make(profile) : known);
    } catch (SSLException e) {
      LOG.error("TLS with {} cannot be spoken; its requests fail", profile.tls, e);
    }
  }

  private SslContext make(Profile profile) throws SSLException {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .sslProvider(TlsEngine.best())
            .protocols("TLSv1.3", "TLSv1.2")
            .endpointIdentificationAlgorithm("HTTPS")
            .applicationProtocolConfig(
                new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    SelectorFailureBehavior.NO_ADVERTISE,
                    SelectedListenerFailureBehavior.ACCEPT,
                    profile.offer.protocols));
    if (!profile.tls.authorities().isEmpty()) {
      builder.trustManager(profile.tls.authorities());
    }
    UpstreamTls.Identity identity = profile.tls.identity();
    if (identity != null) {
      builder.keyManager(identity.key(), identity.chain().toArray(new X509Certificate[0]));
    }
    return builder.build();
  }

  /** The context of a profile of a configuration that was prepared, or null. */
  @Nullable SslContext get(Profile profile) {
    return contexts.get(profile);
  }
}
