package dev.headwater.sampling.rate;

/**
 * Traces per second for the whole cluster.
 *
 * @param perSecond traces per second of all replicas together, 0.001 to 1,000,000
 * @param replicas among how many it is divided while no live source says so, 1 to 10,000
 */
public record BudgetPolicy(double perSecond, int replicas) {
  /** Most replicas. */
  public static final int MOST_REPLICAS = 10_000;

  public BudgetPolicy {
    if (replicas < 1 || replicas > MOST_REPLICAS) {
      throw new IllegalArgumentException(
          "replicas: " + replicas + " (expected 1 to " + MOST_REPLICAS + ")");
    }
  }

  /**
   * The share of one replica.
   *
   * @param live replicas that are alive, this one included; below 1 while that is not known
   */
  public CapPolicy share(int live) {
    int among = live < 1 ? replicas : Math.min(live, MOST_REPLICAS);
    return CapPolicy.of(Math.max(CapPolicy.LEAST, perSecond / among));
  }
}
