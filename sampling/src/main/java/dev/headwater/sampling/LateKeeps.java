package dev.headwater.sampling;

import dev.headwater.sampling.SamplerView.LateView;
import dev.headwater.sampling.rule.KeepPolicy;
import dev.headwater.sampling.rule.SamplingRule;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Late keep of a sampler: the policy's, and that of rules which say something of their own. */
final class LateKeeps {
  private final @Nullable LateKeep ofPolicy;
  private final Map<String, LateKeep> ofRules = new HashMap<>();

  private LateKeeps(@Nullable LateKeep ofPolicy) {
    this.ofPolicy = ofPolicy;
  }

  /**
   * Late keep of these rules; budgets of the former ones go on where nothing changed.
   *
   * @param former null at the start
   */
  static LateKeeps of(
      SamplingPolicy policy,
      Iterable<SamplingRule> rules,
      @Nullable LateKeeps former,
      long nowNanos) {
    KeepPolicy written = policy.keep();
    LateKeep fresh = LateKeep.of(written == null ? KeepPolicy.DEFAULT : written, nowNanos);
    LateKeep before = former == null ? null : former.ofPolicy;
    LateKeep shared = fresh.orSame(written == null ? null : before);
    LateKeeps keeps = new LateKeeps(written == null ? null : shared);
    for (SamplingRule rule : rules) {
      if (rule.keep() != null) {
        LateKeep own = shared.ofRule(rule.keep(), nowNanos);
        LateKeep known = former == null ? null : former.ofRules.get(rule.name());
        keeps.ofRules.put(rule.name(), own.drawsOn(shared) ? own : own.orSame(known));
      }
    }
    return keeps;
  }

  /** What holds for a rule: its own, then that of the route, then the policy's; null for none. */
  @Nullable LateKeep of(String rule, @Nullable SamplingRule ofRoute) {
    LateKeep own = ofRules.isEmpty() ? null : ofRules.get(rule);
    if (own == null && ofRoute != null && ofRoute.keep() != null) {
      own = ofRules.get(ofRoute.name());
    }
    return own == null ? ofPolicy : own;
  }

  @Nullable LateView view() {
    return ofPolicy == null ? null : ofPolicy.view();
  }
}
