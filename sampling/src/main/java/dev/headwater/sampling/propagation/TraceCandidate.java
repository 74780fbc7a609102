package dev.headwater.sampling.propagation;

import org.jspecify.annotations.Nullable;

/**
 * What a caller's headers claim: syntactically valid, believed by nobody yet.
 *
 * @param format where it was read
 * @param traceIdHigh high 64 bits, 0 for a 64-bit trace id
 * @param traceIdLow low 64 bits; 0 together with {@code traceIdHigh} when only a decision was sent
 * @param spanId the caller's span, 0 when only a decision was sent
 * @param parentId the caller's parent span, 0 when absent
 * @param claim the decision that came along
 * @param traceState the W3C header of that name as it may be passed on, or null
 * @param randomId whether the caller says that its trace id is random (W3C level 2, flag 0x02)
 */
public record TraceCandidate(
    TraceFormat format,
    long traceIdHigh,
    long traceIdLow,
    long spanId,
    long parentId,
    Claim claim,
    @Nullable String traceState,
    boolean randomId) {

  /** The four states of a B3 decision; W3C knows the first two. */
  public enum Claim {
    /** Sampled. */
    ACCEPT,
    /** Not sampled. */
    DENY,
    /** The receiver decides. */
    DEFER,
    /** Sampled, and no later sampler may drop it. */
    DEBUG
  }

  /** A claim in a format that has nothing beside ids and a decision. */
  public TraceCandidate(
      TraceFormat format,
      long traceIdHigh,
      long traceIdLow,
      long spanId,
      long parentId,
      Claim claim) {
    this(format, traceIdHigh, traceIdLow, spanId, parentId, claim, null, false);
  }

  /** Whether ids came along, or only a decision such as {@code b3: 0}. */
  public boolean hasIds() {
    return (traceIdHigh | traceIdLow) != 0 && spanId != 0;
  }
}
