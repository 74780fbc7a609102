package dev.headwater.gateway.retry;

import dev.headwater.gateway.fail.GatewayFailure;
import dev.headwater.gateway.pipeline.AttemptStage;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Stage;
import dev.headwater.gateway.snapshot.Snapshot;
import dev.headwater.routes.RetryPolicy;
import dev.headwater.routes.Upstream;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Starts the tries of an exchange. The upstream is drawn once; each try asks the balancer again.
 * Budgets are kept per upstream and outlive reloads as long as their terms stay. Confined to one
 * loop.
 */
public final class RetryLoop implements Stage {
  private final AttemptStage attempts;
  private final int loops;
  private final Map<BudgetKey, RetryBudget> budgets = new HashMap<>();
  private Map<String, Upstream> upstreams = Map.of();
  private @Nullable Snapshot indexed;

  private record BudgetKey(String upstream, RetryPolicy.Budget terms) {}

  /**
   * A loop over {@code attempts}.
   *
   * @param loops number of event loops, which share what a budget allows per second
   */
  public RetryLoop(AttemptStage attempts, int loops) {
    this.attempts = attempts;
    this.loops = loops;
  }

  @Override
  public void handle(Exchange exchange) {
    String drawn = UpstreamDraw.draw(exchange);
    Upstream upstream = drawn == null ? null : named(exchange.snapshot(), drawn);
    if (upstream == null) {
      exchange.fail(new GatewayFailure.Unavailable("no_upstream"));
      return;
    }
    RetryBudget budget = budget(upstream, exchange.requireRoute().retry());
    budget.request(exchange.timeline().filtered());
    new Tries(exchange, upstream, attempts, budget).begin();
  }

  private @Nullable Upstream named(Snapshot snapshot, String name) {
    if (snapshot != indexed) {
      Map<String, Upstream> index = new HashMap<>();
      snapshot
          .configuration()
          .upstreams()
          .forEach(upstream -> index.put(upstream.name(), upstream));
      upstreams = index;
      indexed = snapshot;
    }
    return upstreams.get(name);
  }

  private RetryBudget budget(Upstream upstream, RetryPolicy policy) {
    BudgetKey key = new BudgetKey(upstream.name(), policy.budget());
    RetryBudget found = budgets.get(key);
    if (found == null) {
      if (budgets.size() > 4096) {
        budgets.clear();
      }
      found =
          new RetryBudget(policy.budget().ratio(), (double) policy.budget().perSecond() / loops);
      budgets.put(key, found);
    }
    return found;
  }
}
