package dev.headwater.sampling.propagation;

import org.jspecify.annotations.Nullable;

/** What goes along with a trace context, and only W3C Trace Context has a place for. */
public interface W3cFields {
  /** The {@code tracestate} to write, or null. */
  @Nullable String traceState();

  /** Whether the right-most 56 bits of the trace id are known to be random (level 2, flag 0x02). */
  boolean randomId();
}
