/**
 * Predicates over a request, each with a verdict; the first that matches wins and prints itself as
 * it would be written. No rule keeps state of a request or reads a clock. Start with {@link
 * dev.headwater.sampling.rule.SamplingRule}.
 */
@NullMarked
package dev.headwater.sampling.rule;

import org.jspecify.annotations.NullMarked;
