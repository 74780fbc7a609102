package dev.headwater.gateway.report;

import dev.headwater.routes.ClientTls;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * TLS towards one collector, from files that may change. The server's certificate and its name are
 * verified always: there is no key that turns it off, and no way back to plain text.
 *
 * <p>The options are one object as long as the files say the same. Connections are pooled by it, so
 * that new files mean new connections, and those before them end by being idle.
 */
final class CollectorTls {
  private final Vertx vertx;
  private final ClientTls policy;
  private final Duration handshake;
  private final FromFiles<ClientSSLOptions> options;

  CollectorTls(ClientTls policy, SenderParts parts) {
    this.vertx = parts.vertx();
    this.policy = policy;
    this.handshake = parts.timeout();
    List<String> files = new ArrayList<>();
    for (String file : new String[] {policy.ca(), policy.certificate(), policy.key()}) {
      if (file != null) {
        files.add(file);
      }
    }
    this.options = new FromFiles<>(files, this::options, parts.time(), parts.events());
  }

  /** The options for a connection that is opened now. */
  ClientSSLOptions options() throws IOException {
    return options.get();
  }

  private ClientSSLOptions options(List<String> texts) throws IOException {
    ClientSSLOptions made =
        new ClientSSLOptions()
            .setHostnameVerificationAlgorithm("HTTPS")
            .setSslHandshakeTimeout(handshake.toMillis())
            .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
    Iterator<String> next = texts.iterator();
    if (policy.ca() != null) {
      made.setTrustOptions(trust(policy.ca(), next.next()));
    }
    if (policy.certificate() != null && policy.key() != null) {
      made.setKeyCertOptions(identity(policy.certificate(), next.next(), next.next()));
    }
    return made;
  }

  private PemTrustOptions trust(String file, String pem) throws IOException {
    PemTrustOptions trust = new PemTrustOptions().addCertValue(Buffer.buffer(pem));
    try {
      trust.getTrustManagerFactory(vertx);
    } catch (Exception unreadable) { // As declared by Vert.x.
      throw new IOException(
          file + ": no certificates in PEM form (" + unreadable.getMessage() + ")", unreadable);
    }
    return trust;
  }

  private PemKeyCertOptions identity(String file, String chain, String key) throws IOException {
    PemKeyCertOptions identity =
        new PemKeyCertOptions().addCertValue(Buffer.buffer(chain)).addKeyValue(Buffer.buffer(key));
    try {
      identity.getKeyManagerFactory(vertx);
    } catch (Exception unreadable) { // As declared by Vert.x; says nothing of the key's content.
      throw new IOException(
          file + ": no certificate and key in PEM form (" + unreadable.getMessage() + ")",
          unreadable);
    }
    return identity;
  }
}
