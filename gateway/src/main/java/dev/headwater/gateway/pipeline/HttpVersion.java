package dev.headwater.gateway.pipeline;

/** Which HTTP a client speaks on its connection. */
public enum HttpVersion {
  /** RFC 1945: no chunks, no 1xx. */
  HTTP_1_0("HTTP/1.0"),
  /** RFC 9112. */
  HTTP_1_1("HTTP/1.1"),
  /** RFC 9113. */
  HTTP_2("HTTP/2.0");

  private final String label;

  HttpVersion(String label) {
    this.label = label;
  }

  /** As a log line shows it. */
  public String label() {
    return label;
  }
}
