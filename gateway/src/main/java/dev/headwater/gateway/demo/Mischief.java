package dev.headwater.gateway.demo;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How often a service fails or dawdles, so that traces have something to tell.
 *
 * @param failing share of requests answered 500, 0 to 1
 * @param slow share of requests that wait first, 0 to 1
 * @param least shortest wait
 * @param most longest wait, not less than {@code least}
 */
public record Mischief(double failing, double slow, Duration least, Duration most) {
  /** Always well behaved. */
  public static final Mischief NONE = new Mischief(0, 0, Duration.ZERO, Duration.ZERO);

  public Mischief {
    if (!(failing >= 0 && failing <= 1)) {
      throw new IllegalArgumentException("failing: " + failing + " (expected 0.0 to 1.0)");
    }
    if (!(slow >= 0 && slow <= 1)) {
      throw new IllegalArgumentException("slow: " + slow + " (expected 0.0 to 1.0)");
    }
    if (least.isNegative() || most.compareTo(least) < 0) {
      throw new IllegalArgumentException(
          "most: " + most + " (expected not less than least, " + least + ")");
    }
  }

  boolean fails(RandomGenerator random) {
    return random.nextDouble() < failing;
  }

  /** How long to wait before this request is worked on, 0 for most. */
  long pauseMillis(RandomGenerator random) {
    if (random.nextDouble() >= slow) {
      return 0;
    }
    return random.nextLong(least.toMillis(), most.toMillis() + 1);
  }
}
