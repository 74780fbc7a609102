package dev.headwater.sampling.propagation;

import dev.headwater.sampling.Decision;
import dev.headwater.sampling.rule.SamplingFacts;
import dev.headwater.sampling.rule.SamplingRule;
import org.jspecify.annotations.Nullable;

/**
 * What a request brings to the start of its trace, beside what sampling rules ask of it. A view:
 * the exchange itself answers, so that starting a trace copies nothing.
 */
public interface StartFacts extends SamplingFacts {
  /** What the caller's headers claim, or null. */
  @Nullable TraceCandidate candidate();

  /** What that is worth. */
  TrustMode trust();

  /** The decision of an authorised command, which wins over all others, or null. */
  @Nullable Decision forced();

  /**
   * The rate, 0 to 1, that a trusted caller asks for a trace that nobody has decided; NaN for none.
   */
  double callerRate();

  /** The matched route's own sampling rule, or null. */
  @Nullable SamplingRule ownRule();

  @Override
  default boolean trusted() {
    return trust() == TrustMode.TRUST;
  }
}
