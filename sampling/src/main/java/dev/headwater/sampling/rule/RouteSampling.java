package dev.headwater.sampling.rule;

import dev.headwater.sampling.rate.ProbabilisticRate;

/**
 * A route's own sampling rule.
 *
 * @param rate share of the traces starting at this route that are kept
 */
public record RouteSampling(ProbabilisticRate rate) {}
