package dev.headwater.routes.compile;

import dev.headwater.routes.schema.Key;
import dev.headwater.routes.schema.ObjectShape;
import dev.headwater.routes.schema.Scalars;
import dev.headwater.routes.schema.Section;
import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rule.KeepPolicy;
import dev.headwater.sampling.rule.Verdict;
import org.jspecify.annotations.Nullable;

/** What becomes of the traces of a rule: the keys of a route's own, and of each in the list. */
final class VerdictKeys {
  static final Key<Double> RATE =
      Key.optional(
          "rate",
          Scalars.fraction("rate"),
          "Share of the traces starting here that are kept; one of rate, never and always");
  static final Key<Boolean> NEVER =
      Key.optional(
          "never",
          Scalars.bool(),
          "true: none is kept, not even late, and no other rule counts, wherever it stands");
  static final Key<Boolean> ALWAYS =
      Key.optional(
          "always",
          Scalars.bool(),
          "true: all are kept, and no cap takes any; they use up the overall one before others do");
  private static final CapKeys CAP = CapKeys.of("Most traces per second of this rule");
  static final Key<Double> PER_SECOND = CAP.perSecond();
  static final Key<Double> BURST = CAP.burst();
  static final Key<KeepPolicy> KEEP =
      Key.optional(
          "keep",
          KeepKeys.KEEP,
          "Late keep of this rule; what it leaves open tracing.sampling.keep says");

  /** {@code routes[].sampling}. */
  static final ObjectShape<Own> OWN =
      ObjectShape.of(
              section -> new Own(verdict(section), section.find(KEEP)),
              RATE,
              NEVER,
              ALWAYS,
              PER_SECOND,
              BURST,
              KEEP)
          .withExactlyOneOf(RATE, NEVER, ALWAYS);

  private VerdictKeys() {}

  /** A route's own rule, which the route will name. */
  record Own(Verdict verdict, @Nullable KeepPolicy keep) {}

  /** The verdict of a rule that has exactly one of the alternatives. */
  static Verdict verdict(Section section) {
    refuseFalse(section, NEVER);
    refuseFalse(section, ALWAYS);
    if (section.isGiven(RATE)) {
      Double rate = section.find(RATE);
      return new Verdict.Share(ProbabilisticRate.of(rate == null ? 0 : rate), CAP.read(section));
    }
    String alternative = section.isGiven(NEVER) ? "never" : "always";
    refuseBeside(section, PER_SECOND, alternative);
    refuseBeside(section, BURST, alternative);
    refuseBeside(section, KEEP, alternative);
    return section.isGiven(NEVER) ? new Verdict.Never() : new Verdict.Always();
  }

  private static void refuseFalse(Section section, Key<Boolean> key) {
    if (Boolean.FALSE.equals(section.find(key))) {
      section.refuse(key, "false", "expected true");
    }
  }

  private static void refuseBeside(Section section, Key<?> key, String alternative) {
    if (section.isGiven(key)) {
      section.refuse(key, key + " beside " + alternative, "expected only beside rate");
    }
  }
}
