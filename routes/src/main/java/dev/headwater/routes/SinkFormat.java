package dev.headwater.routes;

/**
 * What is written to a sink, and how.
 *
 * @param encoding how spans are written
 * @param gzip whether bodies are compressed
 * @param partial whether spans that are not finished yet are sent, too; for those whose readers put
 *     spans of one id together, not for collectors that pass both on
 */
public record SinkFormat(Encoding encoding, boolean gzip, boolean partial) {
  /** PROTO3, not compressed, with partial spans. */
  public static final SinkFormat DEFAULT = new SinkFormat(Encoding.PROTO3, false, true);

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
