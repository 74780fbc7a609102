/**
 * Tracing of exchanges: reading what callers claim, deciding, ids for attempts, and the spans at
 * the end. Nothing here writes to sockets or chooses what happens to a request. Start with {@link
 * dev.headwater.gateway.trace.SamplingGate}.
 */
@NullMarked
package dev.headwater.gateway.trace;

import org.jspecify.annotations.NullMarked;
