package dev.headwater.gateway.listen;

import dev.headwater.gateway.wire.TlsEngine;
import dev.headwater.routes.ClientCertificates;
import dev.headwater.routes.ListenerTls;
import dev.headwater.routes.ServerCertificate;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Handshake contexts by certificate and what is asked of clients. Each has ticket keys and a cache
 * of its own, so that a session is resumed on the very terms it was made on, and never beyond their
 * end. Filled on one thread.
 */
final class TlsContexts {
  /** Forward secret and authenticated ones only; the rest of 1.2 is broken or slow. */
  private static final List<String> CIPHERS =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  /** Seconds that a session may be resumed: so long a client's certificate is not looked at. */
  private static final long SESSION_SECONDS = 600;

  private static final char[] NO_PASSWORD = {};

  private record Terms(ServerCertificate certificate, @Nullable ClientCertificates clients) {}

  private final ListenerTls policy;
  private final SslProvider provider;
  private final List<String> alpn;
  private final Map<Terms, SslContext> contexts = new HashMap<>();
  private final Map<Terms, SslContext> before;

  static {
    // Netty's handler leaves renegotiation to the engine: OpenSSL's refuses it by itself.
    System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
  }

  private TlsContexts(
      ListenerTls policy, SslProvider provider, List<String> alpn, Map<Terms, SslContext> before) {
    this.policy = policy;
    this.provider = provider;
    this.alpn = alpn;
    this.before = before;
  }

  static TlsContexts of(ListenerTls policy, List<String> alpn, @Nullable TlsContexts before)
      throws SSLException {
    SslProvider provider = provider(policy.provider());
    Map<Terms, SslContext> known =
        before != null && before.provider == provider && before.policy.minimum() == policy.minimum()
            ? Map.copyOf(before.contexts)
            : Map.of();
    return new TlsContexts(policy, provider, alpn, known);
  }

  private static SslProvider provider(ListenerTls.Provider wanted) throws SSLException {
    return switch (wanted) {
      case JDK -> SslProvider.JDK;
      case AUTO -> TlsEngine.best();
      case OPENSSL -> {
        if (!OpenSsl.isAvailable()) {
          throw new SSLException("OpenSSL does not load here (expected auto or jdk)");
        }
        yield SslProvider.OPENSSL;
      }
    };
  }

  /** The context for a certificate, asking so of clients. */
  SslContext get(ServerCertificate certificate, @Nullable ClientCertificates clients)
      throws SSLException {
    Terms terms = new Terms(certificate, clients);
    SslContext known = before.get(terms);
    SslContext context = known == null ? make(certificate, clients) : known;
    contexts.put(terms, context);
    return context;
  }

  private SslContext make(ServerCertificate certificate, @Nullable ClientCertificates clients)
      throws SSLException {
    SslContextBuilder builder =
        SslContextBuilder.forServer(keys(certificate))
            .sslProvider(provider)
            .protocols(
                policy.minimum() == ListenerTls.Version.TLS_1_3
                    ? List.of("TLSv1.3")
                    : List.of("TLSv1.3", "TLSv1.2"))
            .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
            .sessionTimeout(SESSION_SECONDS)
            .applicationProtocolConfig(
                new ApplicationProtocolConfig(
                    Protocol.ALPN,
                    SelectorFailureBehavior.NO_ADVERTISE,
                    SelectedListenerFailureBehavior.ACCEPT,
                    alpn));
    if (clients == null) {
      return builder.clientAuth(ClientAuth.NONE).trustManager(NobodyTrusted.FACTORY).build();
    }
    return builder
        .clientAuth(clients.required() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL)
        .trustManager(clients.authorities())
        .build();
  }

  private KeyManagerFactory keys(ServerCertificate certificate) throws SSLException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "key",
          certificate.key(),
          NO_PASSWORD,
          certificate.chain().toArray(new X509Certificate[0]));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      // Without it OpenSSL would be handed the key anew in every handshake.
      KeyManagerFactory made =
          provider == SslProvider.JDK ? keys : new OpenSslCachingX509KeyManagerFactory(keys);
      made.init(store, NO_PASSWORD);
      return made;
    } catch (GeneralSecurityException | IOException e) {
      throw new SSLException("the " + certificate + " cannot be used", e);
    }
  }
}
