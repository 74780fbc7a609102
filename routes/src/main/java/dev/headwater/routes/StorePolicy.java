package dev.headwater.routes;

/**
 * The embedded Zipkin-compatible trace store.
 *
 * @param maxSpans most spans kept; the oldest traces go first
 */
public record StorePolicy(int maxSpans) {
  /** 50,000 spans, about 80 MB of heap. */
  public static final StorePolicy DEFAULT = new StorePolicy(50_000);
}
