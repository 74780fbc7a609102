package dev.headwater.routes;

/** A protocol of a client's connection, by its name in ALPN (RFC 7301). */
public enum HttpProtocol {
  /** HTTP/1.1 and HTTP/1.0. */
  HTTP_1("http/1.1"),
  /** HTTP/2: by ALPN under TLS, by prior knowledge in clear. */
  HTTP_2("h2");

  private final String label;

  HttpProtocol(String label) {
    this.label = label;
  }

  /** The name in configuration and in ALPN. */
  public String label() {
    return label;
  }
}
