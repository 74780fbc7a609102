package dev.headwater.sampling;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sampler as an operator sees it, at one moment.
 *
 * <p>{@link Sampler#view()} makes it; making it takes nothing and changes nothing. Counts are since
 * the rule came into force; a rule that a change left alone goes on counting.
 *
 * @param rules in the order they are asked: never-rules, rules of the list, routes' own, default
 * @param cap the overall cap, or null for none
 * @param budget this replica's share of the cluster's budget, or null for none
 * @param late the policy's own late keep, or null for none
 */
public record SamplerView(
    List<RuleView> rules,
    @Nullable CeilingView cap,
    @Nullable CeilingView budget,
    @Nullable LateView late) {
  public SamplerView {
    rules = List.copyOf(rules);
  }

  /**
   * One rule.
   *
   * @param name the label of metrics and spans
   * @param text as it would be written in the configuration, flow-style YAML
   * @param never whether it excludes
   * @param configuredRate 0 to 1; for a target its highest
   * @param rateInForce the same after caps, now
   * @param perSecond its own cap or target in traces per second, or NaN for none
   * @param asked requests it decided
   * @param kept those that it kept, floor included
   * @param capped those that a cap took
   * @param floor those that were kept because their route had been quiet
   * @param late those that were kept at their end
   */
  public record RuleView(
      String name,
      String text,
      boolean never,
      double configuredRate,
      double rateInForce,
      double perSecond,
      long asked,
      long kept,
      long capped,
      long floor,
      long late) {}

  /**
   * What all rules share.
   *
   * @param perSecond traces per second that are configured, for the whole cluster where it is a
   *     budget
   * @param replicas among which they are divided; 1 for a cap
   * @param share traces per second of this replica
   * @param factor what every rate is multiplied with, now: 1 while nothing is held back
   * @param refused traces that the guard refused although their id was below the rate in force
   */
  public record CeilingView(
      double perSecond, int replicas, double share, double factor, long refused) {}

  /**
   * Late keep.
   *
   * @param text the keys as they would be written
   * @param perSecond most in a second
   * @param kept kept so far
   * @param refused not kept, because the second's share was used up
   */
  public record LateView(String text, double perSecond, long kept, long refused) {}
}
