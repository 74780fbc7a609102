/**
 * Whether a trace is kept, and why: policy, decision, and what may be asked of a request to reach
 * it. Nothing here opens a socket, starts a thread or reads a clock; time and chance come in
 * through constructors. Start with {@link dev.headwater.sampling.Sampler}.
 */
@NullMarked
package dev.headwater.sampling;

import org.jspecify.annotations.NullMarked;
