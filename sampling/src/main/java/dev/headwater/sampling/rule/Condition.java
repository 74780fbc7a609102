package dev.headwater.sampling.rule;

import java.util.Set;

/** One question to a request. Immutable; answering allocates nothing. */
public sealed interface Condition {
  /** Whether the request is as asked. */
  boolean holds(SamplingFacts facts);

  /** The request matched this route. */
  record OfRoute(String route) implements Condition {
    @Override
    public boolean holds(SamplingFacts facts) {
      return route.equals(facts.route());
    }
  }

  /** The method is one of these, upper case. */
  record Methods(Set<String> methods) implements Condition {
    public Methods {
      methods = Set.copyOf(methods);
    }

    @Override
    public boolean holds(SamplingFacts facts) {
      return methods.contains(facts.method());
    }
  }
}
