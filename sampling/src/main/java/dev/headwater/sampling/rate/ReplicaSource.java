package dev.headwater.sampling.rate;

/**
 * Knows how many gateways share a budget.
 *
 * <p>Asked from any thread, up to some hundred times a second: an implementation holds the number
 * ready. A configured number needs none of this; it comes with {@link BudgetPolicy}.
 */
@FunctionalInterface
public interface ReplicaSource {
  /** Knows nothing: the configured number holds. */
  ReplicaSource CONFIGURED = () -> 0;

  /** Replicas that are alive, this one included; below 1 while that is not known. */
  int replicas();
}
