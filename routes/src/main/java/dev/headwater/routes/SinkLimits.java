package dev.headwater.routes;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a collector may be burdened with.
 *
 * @param perSecond most spans per second, or null for any number
 * @param breaker when to leave it alone
 */
public record SinkLimits(@Nullable Integer perSecond, Breaker breaker) {
  /** Any number of spans, the default breaker. */
  public static final SinkLimits DEFAULT = new SinkLimits(null, Breaker.DEFAULT);

  /**
   * When a collector that fails is left alone.
   *
   * @param failures so many in a row, 1 or more
   * @param pause how long no connection is tried; then one batch is
   */
  public record Breaker(int failures, Duration pause) {
    /** Five failures; with the answer's time limit the pause bounds recovery to 5 s. */
    public static final Breaker DEFAULT = new Breaker(5, Duration.ofMillis(1_500));
  }
}
