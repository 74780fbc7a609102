package dev.headwater.sampling.rule;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which requests, unsampled at their start, are kept at their end, at the edge only. What a rule
 * leaves open (null) the policy says, and what that leaves open {@link #DEFAULT}.
 *
 * @param errors whether a 5xx, a timeout and a reset are
 * @param slowerThan from which duration on they are, or null for none
 * @param retried whether those that took more than one attempt are
 * @param perSecond most of them in a second, 0.001 to 1,000,000
 */
public record KeepPolicy(
    @Nullable Boolean errors,
    @Nullable SlowLimit slowerThan,
    @Nullable Boolean retried,
    @Nullable Double perSecond) {
  /** What a {@code keep} without any key means. */
  public static final KeepPolicy DEFAULT = new KeepPolicy(true, null, true, 10.0);

  /** This policy, with what it leaves open taken from another. */
  public KeepPolicy over(KeepPolicy weaker) {
    return new KeepPolicy(
        errors != null ? errors : weaker.errors,
        slowerThan != null ? slowerThan : weaker.slowerThan,
        retried != null ? retried : weaker.retried,
        perSecond != null ? perSecond : weaker.perSecond);
  }

  /**
   * Whether a request that ended so is to be kept.
   *
   * @param p99Nanos the running 99th percentile of its route, or 0 while that is not known
   */
  public boolean speaksOf(boolean failed, boolean wasRetried, long durationNanos, long p99Nanos) {
    return (failed && Boolean.TRUE.equals(errors))
        || (wasRetried && Boolean.TRUE.equals(retried))
        || (slowerThan != null && slowerThan.exceededBy(durationNanos, p99Nanos));
  }

  /** The keys as they are written. */
  @Override
  public String toString() {
    List<String> keys = new ArrayList<>();
    if (errors != null) {
      keys.add("errors: " + errors);
    }
    if (slowerThan != null) {
      keys.add("slowerThan: " + slowerThan);
    }
    if (retried != null) {
      keys.add("retried: " + retried);
    }
    if (perSecond != null) {
      keys.add("perSecond: " + FlowYaml.number(perSecond));
    }
    return "{" + String.join(", ", keys) + "}";
  }
}
