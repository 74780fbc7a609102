package dev.headwater.routes.compile;

import dev.headwater.routes.RetryPolicy;
import dev.headwater.routes.RetryPolicy.Budget;
import dev.headwater.routes.RetryPolicy.Condition;
import dev.headwater.routes.schema.Key;
import dev.headwater.routes.schema.Leaf;
import dev.headwater.routes.schema.Leaf.Form;
import dev.headwater.routes.schema.ListShape;
import dev.headwater.routes.schema.ObjectShape;
import dev.headwater.routes.schema.Parsed;
import dev.headwater.routes.schema.Scalars;
import dev.headwater.routes.schema.Section;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** {@code routes[].retry}: when a request is sent again. */
final class RetryKeys {
  private static final String SERVER_ERRORS = "5xx";

  private static final Key<Double> RATIO =
      Key.defaulted("ratio", Scalars.fraction("ratio"), "0.2", "Retries per request");
  private static final Key<Integer> PER_SECOND =
      Key.defaulted(
          "perSecond", Scalars.integer(0, 1_000_000), "10", "Retries that are always allowed");
  private static final ObjectShape<Budget> BUDGET_SHAPE =
      ObjectShape.of(
          section -> new Budget(section.get(RATIO), section.get(PER_SECOND)), RATIO, PER_SECOND);

  private static final Key<Integer> ATTEMPTS =
      Key.defaulted(
          "attempts", Scalars.integer(0, 10), "2", "Retries after the first try; 0 for none");
  private static final Key<List<Cause>> ON =
      Key.defaulted("on", ListShape.of(cause()), "[connect]", "What is retried");
  private static final Key<Budget> BUDGET =
      Key.defaulted(
          "budget", BUDGET_SHAPE, "{}", "How much extra load retries may make, per upstream");

  static final ObjectShape<RetryPolicy> RETRY =
      ObjectShape.of(RetryKeys::retry, ATTEMPTS, ON, BUDGET);

  private RetryKeys() {}

  /** A condition, or statuses. */
  private record Cause(Set<Condition> conditions, Set<Integer> statuses) {}

  private static RetryPolicy retry(Section section) {
    Set<Condition> conditions = EnumSet.noneOf(Condition.class);
    Set<Integer> statuses = new TreeSet<>();
    for (Cause cause : section.get(ON)) {
      conditions.addAll(cause.conditions);
      statuses.addAll(cause.statuses);
    }
    return new RetryPolicy(section.get(ATTEMPTS), conditions, statuses, section.get(BUDGET));
  }

  private static Leaf<Cause> cause() {
    List<String> words =
        java.util.stream.Stream.of(Condition.values()).map(RetryKeys::word).toList();
    Map<String, Object> json =
        Map.of(
            "anyOf",
            List.of(
                Map.of("enum", words),
                Map.of("type", "integer", "minimum", 400, "maximum", 599),
                Map.of("type", "string", "pattern", "^([45][0-9][0-9]|5xx)$")));
    String expectation = String.join(", ", words) + ", a status from 400 to 599, or 5xx";
    return Leaf.of("condition", expectation, Form.ANY, json, RetryKeys::parse).suggesting(words);
  }

  private static Parsed<Cause> parse(String text) {
    if (text.equals(SERVER_ERRORS)) {
      Set<Integer> all = IntStream.rangeClosed(500, 599).boxed().collect(Collectors.toSet());
      return Parsed.of(new Cause(Set.of(), all));
    }
    if (text.matches("[45][0-9][0-9]")) {
      return Parsed.of(new Cause(Set.of(), Set.of(Integer.parseInt(text))));
    }
    for (Condition condition : Condition.values()) {
      if (word(condition).equals(text)) {
        return Parsed.of(new Cause(Set.of(condition), Set.of()));
      }
    }
    return Parsed.refused();
  }

  private static String word(Condition condition) {
    return condition.name().toLowerCase(Locale.ROOT);
  }
}
