package dev.headwater.sampling.propagation;

/** What a caller's trace headers are worth. */
public enum TrustMode {
  /** Nothing: a new trace starts; the caller's trace id is kept as a tag only. */
  RESTART,
  /** Its ids are kept, its decision is not, and its id never feeds ours. */
  CONTINUE_IDS,
  /** Ids, decision and debug flag are honoured in full. */
  TRUST
}
