package dev.headwater.routes.compile;

import dev.headwater.routes.schema.Key;
import dev.headwater.routes.schema.ObjectShape;
import dev.headwater.routes.schema.Scalars;
import dev.headwater.routes.schema.Section;
import dev.headwater.sampling.rate.BudgetPolicy;
import dev.headwater.sampling.rate.CapPolicy;

/** {@code tracing.sampling.budget}: traces per second for the whole cluster. */
final class BudgetKeys {
  static final String NAME = "budget";
  static final String REPLICAS_KEY = "replicas";
  static final String REPLICAS_FROM_KEY = "replicasFrom";

  private static final Key<Double> PER_SECOND =
      Key.required(
          "perSecond",
          Scalars.number(CapPolicy.LEAST, CapPolicy.MOST),
          "Most traces per second of all gateways together; each keeps its share of it, and what one"
              + " leaves unused no other gets");
  private static final Key<Integer> REPLICAS =
      Key.optional(
          REPLICAS_KEY,
          Scalars.integer(1, BudgetPolicy.MOST_REPLICAS),
          "Gateways among which it is divided evenly; absent for 1");
  private static final Key<String> REPLICAS_FROM =
      Key.optional(
          REPLICAS_FROM_KEY,
          Scalars.text(1, 4096),
          "File that holds the number of gateways, instead of replicas; watched");

  static final ObjectShape<BudgetPolicy> BUDGET =
      ObjectShape.of(BudgetKeys::budget, PER_SECOND, REPLICAS, REPLICAS_FROM);

  private BudgetKeys() {}

  private static BudgetPolicy budget(Section section) {
    Integer replicas = section.find(REPLICAS);
    return new BudgetPolicy(section.get(PER_SECOND), replicas == null ? 1 : replicas);
  }
}
