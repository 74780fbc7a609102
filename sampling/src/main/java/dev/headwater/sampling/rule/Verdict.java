package dev.headwater.sampling.rule;

import dev.headwater.sampling.rate.ProbabilisticRate;

/** What becomes of the traces that a rule speaks of. */
public sealed interface Verdict {
  /** The share that is kept as long as no cap says less. */
  ProbabilisticRate rate();

  /** None is kept, not even late, whatever any other rule says. */
  record Never() implements Verdict {
    @Override
    public ProbabilisticRate rate() {
      return ProbabilisticRate.NEVER;
    }
  }

  /** All are kept; no cap takes any of them. */
  record Always() implements Verdict {
    @Override
    public ProbabilisticRate rate() {
      return ProbabilisticRate.ALWAYS;
    }
  }

  /**
   * A share is kept.
   *
   * @param rate how many of them
   */
  record Share(ProbabilisticRate rate) implements Verdict {}
}
