package dev.headwater.routes;

/**
 * One address of an upstream.
 *
 * @param host IP literal, or a name that is resolved and re-resolved
 * @param port 1 to 65535
 * @param protocol what is spoken there
 * @param abroad whether a name must not lead to this machine: somebody chose it who may not reach
 *     what listens on its loopback or link-local addresses
 */
public record Endpoint(String host, int port, Protocol protocol, boolean abroad) {
  /** HTTP/1.1 in clear. */
  public Endpoint(String host, int port) {
    this(host, port, Protocol.HTTP);
  }

  /** Wherever its name leads. */
  public Endpoint(String host, int port, Protocol protocol) {
    this(host, port, protocol, false);
  }

  /** Host and port as they are written, IPv6 in brackets. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  /** What is spoken with an endpoint; none falls back to another. */
  public enum Protocol {
    /** HTTP/1.1 in clear. */
    HTTP("http", 80, false),
    /** TLS; HTTP/2 or HTTP/1.1, as the server picks by ALPN (RFC 7301). */
    HTTPS("https", 443, true),
    /** TLS and HTTP/2. */
    H2("h2", 443, true),
    /** HTTP/2 in clear by prior knowledge (RFC 9113 3.3). */
    H2C("h2c", 80, false);

    private final String scheme;
    private final int port;
    private final boolean secure;

    Protocol(String scheme, int port, boolean secure) {
      this.scheme = scheme;
      this.port = port;
      this.secure = secure;
    }

    /** How URLs in configuration begin. */
    public String scheme() {
      return scheme;
    }

    /** The port of a URL without one. */
    public int defaultPort() {
      return port;
    }

    /** Whether it stands on TLS. */
    public boolean secure() {
      return secure;
    }
  }
}
