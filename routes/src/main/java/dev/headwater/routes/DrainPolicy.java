package dev.headwater.routes;

import java.time.Duration;

/**
 * How to stop.
 *
 * @param delay how long to go on serving after readiness turned false, so that balancers notice
 * @param timeout how long requests in flight may take after that
 */
public record DrainPolicy(Duration delay, Duration timeout) {
  /** At once, with 30 s for requests in flight. */
  public static final DrainPolicy DEFAULT = new DrainPolicy(Duration.ZERO, Duration.ofSeconds(30));
}
