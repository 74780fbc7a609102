package dev.headwater.routes;

import org.jspecify.annotations.Nullable;

/**
 * What becomes of requests in clear, and what those under TLS are told.
 *
 * @param redirect status of the answer that sends requests in clear to https: 301, 302, 303, 307 or
 *     308; 0 for serving them
 * @param transportSecurity value of {@code Strict-Transport-Security} on answers under TLS (RFC
 *     6797), or null for none
 */
public record HttpsPolicy(int redirect, @Nullable String transportSecurity) {
  /** Both are served, and told nothing. */
  public static final HttpsPolicy NONE = new HttpsPolicy(0, null);
}
