/**
 * How often: rates as pure functions of a trace id, and what moves them, caps, targets and budgets
 * on an injected clock. Nothing here knows rules, requests or headers. Start with {@link
 * dev.headwater.sampling.rate.ProbabilisticRate}, then {@link dev.headwater.sampling.rate.Ceiling}.
 */
@NullMarked
package dev.headwater.sampling.rate;

import org.jspecify.annotations.NullMarked;
