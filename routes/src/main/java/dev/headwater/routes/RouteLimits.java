package dev.headwater.routes;

import org.jspecify.annotations.Nullable;

/**
 * What one route may take of the process.
 *
 * @param inFlight requests in progress over all event loops; beyond it 503; 0 for no limit
 * @param perClient what one client may take of it, or null for no limit
 */
public record RouteLimits(int inFlight, @Nullable ClientLimits perClient) {
  /** No limit of its own. */
  public static final RouteLimits NONE = new RouteLimits(0);

  /** A limit that does not ask who the client is. */
  public RouteLimits(int inFlight) {
    this(inFlight, null);
  }
}
