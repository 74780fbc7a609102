package dev.headwater.routes;

/**
 * What a span may hold.
 *
 * @param maxTagLength characters of a tag's value; longer ones are cut
 */
public record SpanPolicy(int maxTagLength) {
  /** As Envoy cuts: 256 characters. */
  public static final SpanPolicy DEFAULT = new SpanPolicy(256);
}
