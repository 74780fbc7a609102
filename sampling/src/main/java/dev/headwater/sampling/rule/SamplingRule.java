package dev.headwater.sampling.rule;

import org.jspecify.annotations.Nullable;

/**
 * One line of the sampling policy: which requests, and what becomes of the traces that start with
 * them. A route's own {@code sampling} is one too, with the name {@code route:NAME} and a match
 * that takes everything.
 *
 * @param name unique within the policy; the {@code rule} label of metrics and spans
 * @param match which requests
 * @param verdict what becomes of their traces
 * @param keep which of them are kept late after all, or null for what the policy says
 */
public record SamplingRule(
    String name, RuleMatch match, Verdict verdict, @Nullable KeepPolicy keep) {
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
}
