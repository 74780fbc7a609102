package dev.headwater.sampling.rule;

import java.util.Comparator;
import java.util.List;

/**
 * Which requests a rule speaks of: all conditions must hold, none means every request.
 *
 * @param conditions in the order they are asked, cheap ones first, whatever order they are given in
 */
public record RuleMatch(List<Condition> conditions) {
  /** Takes every request. */
  public static final RuleMatch ALL = new RuleMatch(List.of());

  public RuleMatch {
    conditions = conditions.stream().sorted(Comparator.comparingInt(Condition::rank)).toList();
  }

  /** Whether the rule speaks of this request. */
  public boolean matches(SamplingFacts facts) {
    for (int i = 0; i < conditions.size(); i++) {
      if (!conditions.get(i).holds(facts)) {
        return false;
      }
    }
    return true;
  }

  /** The object under {@code match}. */
  @Override
  public String toString() {
    return conditions.stream().map(each -> each.key() + ": " + each).collect(FlowYaml.object());
  }
}
