package dev.headwater.sampling.rate;

import org.jspecify.annotations.Nullable;

/**
 * What all rules of a policy together are held to.
 *
 * @param cap most traces per second of this gateway, or null for no limit
 * @param budget traces per second of all gateways, or null for no limit
 * @param floor traces per minute that every route gets, or null for 1 where a cap, a target or a
 *     budget is set and 0 elsewhere; 0 to 1,000
 */
public record LimitPolicy(
    @Nullable CapPolicy cap, @Nullable BudgetPolicy budget, @Nullable Double floor) {
  /** No limit, and no floor but where a rule has a cap of its own. */
  public static final LimitPolicy NONE = new LimitPolicy(null, null, null);

  /** Most of {@link #floor}. */
  public static final double MOST_FLOOR = 1_000;

  private static final double DEFAULT_FLOOR = 1;

  public LimitPolicy {
    if (floor != null && !(floor >= 0 && floor <= MOST_FLOOR)) {
      throw new IllegalArgumentException("floor: " + floor + " (expected 0 to " + MOST_FLOOR + ")");
    }
  }

  /** Traces per minute that every route gets where something limits them, or nothing does. */
  public double floor(boolean isLimited) {
    return floor != null ? floor : isLimited ? DEFAULT_FLOOR : 0;
  }

  /** Whether something limits all rules. */
  public boolean isSet() {
    return cap != null || budget != null;
  }

  /** What holds for this gateway: the lesser of cap and share, or null when neither is set. */
  public @Nullable CapPolicy lesser(int liveReplicas) {
    CapPolicy share = budget == null ? null : budget.share(liveReplicas);
    if (cap == null || share == null) {
      return cap == null ? share : cap;
    }
    return cap.perSecond() <= share.perSecond() ? cap : share;
  }
}
