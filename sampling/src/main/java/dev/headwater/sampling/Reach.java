package dev.headwater.sampling;

import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rule.Verdict;

/**
 * What a rule answers while its factors stand: made once per change, so that deciding allocates
 * nothing.
 *
 * @param own factor of the rule's own cap or target
 * @param shared factor of what all rules share
 * @param afterOwn the rate after the rule's own
 * @param inForce the rate after both
 * @param ofInherited the same for traces that a trusted caller decided to sample
 * @param lowered the answer for an id between the configured rate and {@code afterOwn}
 */
record Reach(
    double own,
    double shared,
    ProbabilisticRate afterOwn,
    ProbabilisticRate inForce,
    ProbabilisticRate ofInherited,
    Decision kept,
    Decision dropped,
    Decision lowered,
    Decision capped,
    Decision floor,
    Decision late) {
  static Reach of(Verdict verdict, Reason reason, String name, double own, double shared) {
    double rate = verdict.rate().rate() * own;
    ProbabilisticRate afterOwn = ProbabilisticRate.of(rate);
    ProbabilisticRate inForce = ProbabilisticRate.of(rate * shared);
    Decision dropped = new Decision(false, false, reason, name, inForce.rate());
    Decision capped = new Decision(false, false, Reason.CAPPED, name, inForce.rate());
    return new Reach(
        own,
        shared,
        afterOwn,
        inForce,
        ProbabilisticRate.of(own * shared),
        new Decision(true, false, reason, name, inForce.rate()),
        dropped,
        verdict instanceof Verdict.Adaptive ? dropped : capped,
        capped,
        new Decision(true, false, Reason.FLOOR, name, inForce.rate()),
        new Decision(true, false, Reason.LATE, name, inForce.rate()));
  }

  boolean isOf(double ownFactor, double sharedFactor) {
    return own == ownFactor && shared == sharedFactor;
  }
}
