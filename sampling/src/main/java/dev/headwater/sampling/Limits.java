package dev.headwater.sampling;

import dev.headwater.sampling.SamplerView.CeilingView;
import dev.headwater.sampling.rate.BudgetPolicy;
import dev.headwater.sampling.rate.CapPolicy;
import dev.headwater.sampling.rate.Ceiling;
import dev.headwater.sampling.rate.Floor;
import dev.headwater.sampling.rate.LimitPolicy;
import dev.headwater.sampling.rate.Meter;
import dev.headwater.sampling.rate.QuietRoutes;
import dev.headwater.sampling.rate.ReplicaSource;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A {@link LimitPolicy} at work: what all rules of a sampler share. Overall cap and budget limit
 * the same stream, so the lesser of both is one ceiling.
 *
 * @param floor which routes were quiet
 */
record Limits(
    LimitPolicy policy, LongSupplier nanos, ReplicaSource replicas, Meter meter, Floor floor) {
  static Limits of(LimitPolicy policy, LongSupplier nanos, ReplicaSource replicas) {
    long now = nanos.getAsLong();
    Meter meter = policy.isSet() ? Ceiling.of(cap(policy, replicas), 0, now) : Meter.NONE;
    return new Limits(policy, nanos, replicas, meter, new QuietRoutes(now));
  }

  /** The limits that follow: what was kept goes on counting under another cap. */
  Limits next(LimitPolicy changed) {
    Meter following =
        !changed.isSet()
            ? Meter.NONE
            : meter instanceof Ceiling ceiling
                ? changed.equals(policy) ? ceiling : ceiling.under(cap(changed, replicas))
                : Ceiling.of(cap(changed, replicas), 0, nanos.getAsLong());
    return new Limits(changed, nanos, replicas, following, floor);
  }

  Limits preview() {
    Meter look = meter instanceof Ceiling ceiling ? ceiling.preview() : meter;
    Floor routes = floor instanceof QuietRoutes quiet ? quiet.preview() : floor;
    return new Limits(policy, nanos, replicas, look, routes);
  }

  private static Supplier<CapPolicy> cap(LimitPolicy policy, ReplicaSource replicas) {
    return () -> Objects.requireNonNull(policy.lesser(replicas.replicas()));
  }

  boolean areSet() {
    return meter != Meter.NONE;
  }

  @Nullable CeilingView capView() {
    CapPolicy cap = policy.cap();
    return cap == null ? null : view(cap.perSecond(), 1, cap.perSecond());
  }

  @Nullable CeilingView budgetView() {
    BudgetPolicy budget = policy.budget();
    if (budget == null) {
      return null;
    }
    int live = replicas.replicas();
    double share = budget.share(live).perSecond();
    return view(budget.perSecond(), live < 1 ? budget.replicas() : live, share);
  }

  private CeilingView view(double perSecond, int among, double share) {
    double factor = preview().meter.factor(nanos.getAsLong());
    long refused = meter instanceof Ceiling ceiling ? ceiling.refused() : 0;
    return new CeilingView(perSecond, among, share, factor, refused);
  }
}
