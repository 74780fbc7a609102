package dev.headwater.routes;

/**
 * About {@code X-Request-ID}.
 *
 * @param envoyReason whether it carries our decision the way Envoy reads it
 */
public record RequestIdPolicy(boolean envoyReason) {
  /** Plain random UUIDs. */
  public static final RequestIdPolicy DEFAULT = new RequestIdPolicy(false);
}
