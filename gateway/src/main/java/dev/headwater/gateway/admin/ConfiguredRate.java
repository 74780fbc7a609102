package dev.headwater.gateway.admin;

import dev.headwater.routes.Configuration;
import dev.headwater.routes.Route;
import dev.headwater.sampling.Sampler;
import dev.headwater.sampling.SamplingPolicy;
import dev.headwater.sampling.rule.SamplingRule;
import java.util.ArrayList;
import java.util.List;

/**
 * A sampling rule and its rate, under the name that decisions carry.
 *
 * @param rule {@code default}, or {@code route:} and the route's name
 * @param rate 0 to 1
 */
record ConfiguredRate(String rule, double rate) {
  /** The rates in force, the default first. */
  static List<ConfiguredRate> of(Configuration configuration) {
    List<ConfiguredRate> rates = new ArrayList<>();
    SamplingPolicy policy = configuration.tracing().sampling();
    rates.add(new ConfiguredRate(Sampler.DEFAULT_RULE, policy.rate().rate()));
    policy.rules().forEach(rule -> rates.add(of(rule)));
    for (Route route : configuration.routes()) {
      SamplingRule own = route.sampling();
      if (own != null) {
        rates.add(of(own));
      }
    }
    return rates;
  }

  private static ConfiguredRate of(SamplingRule rule) {
    return new ConfiguredRate(rule.name(), rule.verdict().rate().rate());
  }
}
