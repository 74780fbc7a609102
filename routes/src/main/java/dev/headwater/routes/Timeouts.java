package dev.headwater.routes;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long the parts of one exchange may take.
 *
 * @param response from the end of the request to the head of the response, over all attempts; 504
 * @param attempt the same for one attempt, or null for no limit of its own
 * @param idle longest silence of both sides inside a response body; then the response is cut off. A
 *     request body that still comes is no silence. The same for a WebSocket, or whatever else a
 *     request switches to
 * @param request the whole exchange, or null for no limit; one that switches protocols ends with
 *     its 101
 */
public record Timeouts(
    Duration response, @Nullable Duration attempt, Duration idle, @Nullable Duration request) {
  /** 15 s to the head of the response, 5 minutes of silence inside the body. */
  public static final Timeouts DEFAULT =
      new Timeouts(Duration.ofSeconds(15), null, Duration.ofMinutes(5), null);
}
