/**
 * Who may have a trace for the asking: the policy as it was written, tokens that carry the right,
 * and the gate that checks both. No header of a trace format is read here, no decision made, and no
 * clock or key file touched. Start with {@link dev.headwater.sampling.force.ForceGate}.
 */
@NullMarked
package dev.headwater.sampling.force;

import org.jspecify.annotations.NullMarked;
