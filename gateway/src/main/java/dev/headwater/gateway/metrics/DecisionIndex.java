package dev.headwater.gateway.metrics;

import dev.headwater.sampling.Decision;
import dev.headwater.sampling.Reason;

/** Reason and verdict of a sampling decision as one small index. */
final class DecisionIndex {
  private static final Reason[] REASONS = Reason.values();

  private DecisionIndex() {}

  static int count() {
    return REASONS.length * 2;
  }

  @SuppressWarnings("EnumOrdinal") // An index within one process; nothing stores it.
  static int of(Decision decision) {
    return decision.reason().ordinal() * 2 + (decision.sampled() ? 1 : 0);
  }

  static Reason reason(int index) {
    return REASONS[index / 2];
  }

  static boolean sampled(int index) {
    return index % 2 == 1;
  }
}
