package dev.headwater.routes;

import java.time.Duration;
import java.util.List;

/**
 * How a listener speaks TLS.
 *
 * @param certificates by server name; the first serves clients that ask for none or for another
 * @param strict whether clients that ask for none or for another are turned away instead
 * @param minimum oldest version spoken
 * @param clients by server name, who has to show a certificate; no host is in two of them
 * @param passthrough by server name, whose connections are not decrypted here
 * @param provider what speaks it
 * @param handshakeTimeout from accept to the end of the handshake
 * @param clientHello most bytes of a ClientHello
 * @param identityHeader the request header, in lower case, in which upstreams are told who a client
 *     proved to be
 */
public record ListenerTls(
    List<ServerCertificate> certificates,
    boolean strict,
    Version minimum,
    List<ClientCertificates> clients,
    List<Passthrough> passthrough,
    Provider provider,
    Duration handshakeTimeout,
    int clientHello,
    String identityHeader) {
  public ListenerTls {
    certificates = List.copyOf(certificates);
    clients = List.copyOf(clients);
    passthrough = List.copyOf(passthrough);
  }

  /**
   * Connections that are handed on as they come.
   *
   * @param hosts patterns of the server names, at least one
   * @param upstream where they go
   * @param idle longest silence of both sides together
   */
  public record Passthrough(List<String> hosts, String upstream, Duration idle) {
    public Passthrough {
      hosts = List.copyOf(hosts);
    }
  }

  /** A version of TLS that may be the oldest: those before are broken (RFC 8996). */
  public enum Version {
    TLS_1_2("1.2"),
    TLS_1_3("1.3");

    private final String label;

    Version(String label) {
      this.label = label;
    }

    /** The number in configuration. */
    public String label() {
      return label;
    }
  }

  /** An implementation of TLS. */
  public enum Provider {
    /** OpenSSL where it loads, otherwise that of the JDK. */
    AUTO("auto"),
    OPENSSL("openssl"),
    JDK("jdk");

    private final String label;

    Provider(String label) {
      this.label = label;
    }

    /** The word in configuration. */
    public String label() {
      return label;
    }
  }
}
