package dev.headwater.sampling.rule;

import java.util.List;

/**
 * Which requests a rule speaks of: all conditions must hold, none means every request.
 *
 * @param conditions in the order they are asked, cheap ones first
 */
public record RuleMatch(List<Condition> conditions) {
  /** Takes every request. */
  public static final RuleMatch ALL = new RuleMatch(List.of());

  public RuleMatch {
    conditions = List.copyOf(conditions);
  }

  /** Whether the rule speaks of this request. Allocates nothing. */
  public boolean matches(SamplingFacts facts) {
    for (int i = 0; i < conditions.size(); i++) {
      if (!conditions.get(i).holds(facts)) {
        return false;
      }
    }
    return true;
  }
}
