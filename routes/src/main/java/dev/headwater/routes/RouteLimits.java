package dev.headwater.routes;

/**
 * What one route may take of the process.
 *
 * @param inFlight requests in progress over all event loops; beyond it 503; 0 for no limit
 */
public record RouteLimits(int inFlight) {
  /** No limit of its own. */
  public static final RouteLimits NONE = new RouteLimits(0);
}
