/**
 * How often: rates as pure functions of a trace id, later budgets on an injected ticker. Nothing
 * here knows rules, requests or headers. Start with {@link
 * dev.headwater.sampling.rate.ProbabilisticRate}.
 */
@NullMarked
package dev.headwater.sampling.rate;

import org.jspecify.annotations.NullMarked;
