package dev.headwater.routes.nginx;

import dev.headwater.routes.FieldMatch;
import dev.headwater.routes.Route.WeightedUpstream;
import dev.headwater.routes.Steering;
import java.util.List;

/**
 * Which requests a canary takes of the Ingress that it is a canary of.
 *
 * @param readable whether all that is written can be used; otherwise it takes none
 * @param rules in order; the first that holds decides
 * @param weight of the canary where no rule holds, 0 to {@code total}
 * @param total weight of both
 * @param sticks whether a client with the cookie of one of both stays there
 */
public record CanaryTerms(
    boolean readable, List<Rule> rules, int weight, int total, boolean sticks) {
  public CanaryTerms {
    rules = List.copyOf(rules);
  }

  /**
   * A condition on one value of the request.
   *
   * @param source where the value stands
   * @param field its name, and what it must be
   * @param canary whether the canary takes the request, or the other does in any case
   */
  public record Rule(Steering.Source source, FieldMatch field, boolean canary) {}

  /** The weights of both upstreams; the canary's goes last. */
  public List<WeightedUpstream> shares(String main, String canary) {
    return List.of(
        new WeightedUpstream(main, total - weight), new WeightedUpstream(canary, weight));
  }

  /** What goes before the weights. */
  public Steering steering(String main, String canary) {
    List<Steering.Rule> steered =
        rules.stream()
            .map(rule -> new Steering.Rule(rule.source, rule.field, rule.canary ? canary : main))
            .toList();
    return new Steering(steered, sticks);
  }
}
