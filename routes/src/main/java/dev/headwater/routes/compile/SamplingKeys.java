package dev.headwater.routes.compile;

import dev.headwater.routes.schema.Key;
import dev.headwater.routes.schema.ListShape;
import dev.headwater.routes.schema.ObjectShape;
import dev.headwater.routes.schema.Scalars;
import dev.headwater.routes.schema.Section;
import dev.headwater.sampling.SamplingPolicy;
import dev.headwater.sampling.network.NetworkSet;
import dev.headwater.sampling.rate.BudgetPolicy;
import dev.headwater.sampling.rate.CapPolicy;
import dev.headwater.sampling.rate.LimitPolicy;
import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rate.TargetPolicy;
import dev.headwater.sampling.rule.KeepPolicy;
import dev.headwater.sampling.rule.SamplingRule;
import dev.headwater.sampling.rule.ShippedRules;
import dev.headwater.sampling.rule.Verdict;
import java.util.ArrayList;
import java.util.List;

/** {@code tracing.sampling}, or the top level of the file that {@code samplingFrom} names. */
final class SamplingKeys {
  private static final Key<Double> RATE =
      Key.defaulted(
          "rate",
          Scalars.fraction("rate"),
          "1.0",
          "Share of the traces starting here that are kept, exact to 0.0001 and below;"
              + " 0.0 unless given when there is neither report nor store");
  private static final CapKeys CAP =
      CapKeys.of("Most traces per second of this gateway, all rules together but always");
  private static final Key<Double> FLOOR =
      Key.optional(
          "floor",
          Scalars.number(0, LimitPolicy.MOST_FLOOR),
          "Traces per minute that each route gets at least, whatever cap or rate says, unless its"
              + " rate is 0; absent for 1 where a cap, a target or a budget holds, otherwise 0");
  private static final Key<Double> TARGET =
      Key.optional(
          "targetPerSecond",
          Scalars.number(CapPolicy.LEAST, CapPolicy.MOST),
          "Traces per second to reach by moving the default rate, instead of rate");
  private static final Key<Double> MIN_RATE =
      Key.optional(
          "minRate",
          Scalars.fraction("rate"),
          "Least rate of targetPerSecond, though more are kept then; absent for 0");
  private static final Key<Double> MAX_RATE =
      Key.optional(
          "maxRate", Scalars.fraction("rate"), "Highest rate of targetPerSecond; absent for 1");
  private static final Key<List<SamplingRule>> RULES =
      Key.defaulted(
          "rules",
          ListShape.of(RuleKeys.RULE),
          "[]",
          "In order, the first that matches wins, before routes' own; a never-rule wins wherever it"
              + " stands");
  private static final Key<Boolean> SHIPPED_RULES =
      Key.defaulted(
          "shippedRules",
          Scalars.bool(),
          "true",
          "Whether exact health paths, ACME challenges, and probes by their user agent from trusted"
              + " callers or probeNetworks are never traced");
  private static final Key<List<String>> PROBE_NETWORKS =
      Key.defaulted(
          "probeNetworks",
          Addresses.networks(),
          "[]",
          "From where probes come that are known by their user agent, though not trusted otherwise");
  private static final Key<Boolean> OVERRIDE_INHERITED =
      Key.defaulted(
          "overrideInherited",
          Scalars.bool(),
          "false",
          "Whether never-rules and caps act on decisions of trusted callers too; it breaks their"
              + " traces apart");
  private static final Key<KeepPolicy> KEEP =
      Key.optional(
          "keep",
          KeepKeys.KEEP,
          "Unsampled requests that are kept at their end, at the edge only; absent for none");
  private static final Key<BudgetPolicy> BUDGET =
      Key.optional(
          BudgetKeys.NAME,
          BudgetKeys.BUDGET,
          "Traces per second for the whole cluster; absent for no limit");

  /** The whole section. */
  static final ObjectShape<SamplingPolicy> SAMPLING =
      ObjectShape.of(
          SamplingKeys::policy,
          RATE,
          CAP.perSecond(),
          CAP.burst(),
          FLOOR,
          TARGET,
          MIN_RATE,
          MAX_RATE,
          RULES,
          SHIPPED_RULES,
          PROBE_NETWORKS,
          OVERRIDE_INHERITED,
          KEEP,
          ForceKeys.KEY,
          BUDGET);

  private SamplingKeys() {}

  private static SamplingPolicy policy(Section section) {
    LimitPolicy limit =
        new LimitPolicy(CAP.read(section), section.find(BUDGET), section.find(FLOOR));
    return new SamplingPolicy(
        verdict(section),
        rules(section),
        limit,
        section.find(KEEP),
        section.get(OVERRIDE_INHERITED),
        section.find(ForceKeys.KEY));
  }

  private static List<SamplingRule> rules(Section section) {
    List<SamplingRule> rules = new ArrayList<>(section.get(RULES));
    if (!section.get(SHIPPED_RULES)) {
      if (section.isGiven(PROBE_NETWORKS)) {
        String expected = "expected only with shippedRules: true";
        section.refuse(PROBE_NETWORKS, "probeNetworks without shippedRules", expected);
      }
      return rules;
    }
    for (SamplingRule shipped : ShippedRules.of(NetworkSet.of(section.get(PROBE_NETWORKS)))) {
      if (rules.stream().anyMatch(rule -> rule.name().equals(shipped.name()))) {
        String expected = "expected other names, or shippedRules: false";
        section.refuse(RULES, "a shipped rule's name, " + shipped.name(), expected);
      }
      rules.add(shipped);
    }
    return rules;
  }

  private static Verdict verdict(Section section) {
    Double target = section.find(TARGET);
    if (!section.isGiven(TARGET)) {
      refuseAlone(section, MIN_RATE);
      refuseAlone(section, MAX_RATE);
      return new Verdict.Share(ProbabilisticRate.of(section.get(RATE)));
    }
    if (section.isGiven(RATE)) {
      section.refuse(TARGET, "targetPerSecond and rate", "expected one of both");
    }
    double least = orElse(section.find(MIN_RATE), 0);
    double most = orElse(section.find(MAX_RATE), 1);
    if (least > most || most == 0) {
      String expected = "expected above 0 and at least minRate, " + least;
      section.refuse(section.isGiven(MAX_RATE) ? MAX_RATE : MIN_RATE, "" + most, expected);
      return new Verdict.Never();
    }
    return new Verdict.Adaptive(
        new TargetPolicy(
            orElse(target, CapPolicy.LEAST),
            ProbabilisticRate.of(least),
            ProbabilisticRate.of(most)));
  }

  private static void refuseAlone(Section section, Key<Double> key) {
    if (section.isGiven(key)) {
      section.refuse(key, key + " without targetPerSecond", "expected both or neither");
    }
  }

  private static double orElse(@org.jspecify.annotations.Nullable Double value, double otherwise) {
    return value == null ? otherwise : value;
  }
}
