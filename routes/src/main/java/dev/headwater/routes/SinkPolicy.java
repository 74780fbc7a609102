package dev.headwater.routes;

import java.net.URI;

/**
 * A collector that takes spans over the Zipkin protocol.
 *
 * @param url where to POST; scheme http
 * @param encoding how spans are written
 * @param gzip whether bodies are compressed
 */
public record SinkPolicy(URI url, Encoding encoding, boolean gzip) {
  /** Zipkin v2 encodings. */
  public enum Encoding {
    /** {@code application/x-protobuf}, ListOfSpans. */
    PROTO3("proto3"),
    /** {@code application/json}, an array. */
    JSON("json");

    private final String label;

    Encoding(String label) {
      this.label = label;
    }

    /** The name in configuration. */
    public String label() {
      return label;
    }
  }
}
