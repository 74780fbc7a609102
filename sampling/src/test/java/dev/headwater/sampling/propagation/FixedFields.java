package dev.headwater.sampling.propagation;

/** What only W3C writes, where it is known beforehand. */
record FixedFields(String traceState, boolean randomId) implements W3cFields {
  static final FixedFields NONE = new FixedFields(null, false);
}
