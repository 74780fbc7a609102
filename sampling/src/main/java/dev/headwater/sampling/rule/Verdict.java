package dev.headwater.sampling.rule;

import dev.headwater.sampling.rate.CapPolicy;
import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rate.TargetPolicy;
import org.jspecify.annotations.Nullable;

/** What becomes of the traces that a rule speaks of. Prints itself as the keys it is written by. */
public sealed interface Verdict {
  /** The share that is kept as long as no cap says less. */
  ProbabilisticRate rate();

  /** None is kept, not even late, whatever any other rule says. */
  record Never() implements Verdict {
    @Override
    public ProbabilisticRate rate() {
      return ProbabilisticRate.NEVER;
    }

    @Override
    public String toString() {
      return "never: true";
    }
  }

  /** All are kept; no cap takes any of them. They use up the overall one before others do. */
  record Always() implements Verdict {
    @Override
    public ProbabilisticRate rate() {
      return ProbabilisticRate.ALWAYS;
    }

    @Override
    public String toString() {
      return "always: true";
    }
  }

  /**
   * A share is kept.
   *
   * @param rate how many of them
   * @param cap most of them in a second, or null for no limit
   */
  record Share(ProbabilisticRate rate, @Nullable CapPolicy cap) implements Verdict {
    /** A share without a cap of its own. */
    public Share(ProbabilisticRate rate) {
      this(rate, null);
    }

    @Override
    public String toString() {
      String keys = "rate: " + FlowYaml.number(rate.rate());
      return cap == null ? keys : keys + ", " + printed(cap);
    }

    private static String printed(CapPolicy cap) {
      String keys = "perSecond: " + FlowYaml.number(cap.perSecond());
      return cap.equals(CapPolicy.of(cap.perSecond()))
          ? keys
          : keys + ", burst: " + FlowYaml.number(cap.burst());
    }
  }

  /** As many are kept as reach a number per second: the share moves. */
  record Adaptive(TargetPolicy target) implements Verdict {
    @Override
    public ProbabilisticRate rate() {
      return target.maxRate();
    }

    @Override
    public String toString() {
      return "targetPerSecond: "
          + FlowYaml.number(target.perSecond())
          + ", minRate: "
          + FlowYaml.number(target.minRate().rate())
          + ", maxRate: "
          + FlowYaml.number(target.maxRate().rate());
    }
  }
}
