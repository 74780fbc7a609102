package dev.headwater.sampling.rule;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One line of the sampling policy: which requests, and what becomes of the traces that start with
 * them. A route's own {@code sampling} is one too, with the name {@code route:NAME} and a match
 * that takes everything. Prints itself as it would be written in the configuration.
 *
 * @param name unique within the policy; the {@code rule} label of metrics and spans
 * @param match which requests
 * @param verdict what becomes of their traces
 * @param keep which of them are kept late after all, or null for what the policy says
 */
public record SamplingRule(
    String name, RuleMatch match, Verdict verdict, @Nullable KeepPolicy keep) {
  /** The name of what holds where no rule speaks. */
  public static final String DEFAULT = "default";

  /** Before the name of a route, where a rule is the route's own. */
  public static final String OF_ROUTE = "route:";

  /** A rule that leaves late keep to the policy. */
  public SamplingRule(String name, RuleMatch match, Verdict verdict) {
    this(name, match, verdict, null);
  }

  /** A route's own rule. */
  public static SamplingRule ofRoute(String route, Verdict verdict) {
    return new SamplingRule(OF_ROUTE + route, RuleMatch.ALL, verdict);
  }

  /** The rule of a route, with late keep of its own. */
  public static SamplingRule ofRoute(String route, Verdict verdict, @Nullable KeepPolicy keep) {
    return new SamplingRule(OF_ROUTE + route, RuleMatch.ALL, verdict, keep);
  }

  /** What holds where no rule speaks. */
  public static SamplingRule byDefault(Verdict verdict) {
    return new SamplingRule(DEFAULT, RuleMatch.ALL, verdict);
  }

  /** The object that it is written as: in the list with its name, of a route without. */
  @Override
  public String toString() {
    Stream<String> place =
        name.startsWith(OF_ROUTE) || name.equals(DEFAULT)
            ? Stream.of()
            : match.equals(RuleMatch.ALL)
                ? Stream.of("name: " + FlowYaml.text(name))
                : Stream.of("name: " + FlowYaml.text(name), "match: " + match);
    Stream<String> late = keep == null ? Stream.of() : Stream.of("keep: " + keep);
    return Stream.of(place, Stream.of(verdict.toString()), late)
        .flatMap(each -> each)
        .collect(FlowYaml.object());
  }
}
