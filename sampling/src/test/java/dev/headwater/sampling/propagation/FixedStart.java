package dev.headwater.sampling.propagation;

import dev.headwater.sampling.Decision;
import dev.headwater.sampling.FixedFacts;
import dev.headwater.sampling.rule.SamplingRule;

/** What a request brings, where only its trace context matters. */
record FixedStart(
    TraceCandidate candidate,
    TrustMode trust,
    Decision forced,
    double callerRate,
    SamplingRule ownRule)
    implements StartFacts {
  private static final FixedFacts REQUEST = new FixedFacts("votes");

  FixedStart(TraceCandidate candidate, TrustMode trust) {
    this(candidate, trust, null, Double.NaN, null);
  }

  FixedStart forcedBy(Decision decision) {
    return new FixedStart(candidate, trust, decision, callerRate, ownRule);
  }

  FixedStart asking(double rate) {
    return new FixedStart(candidate, trust, forced, rate, ownRule);
  }

  FixedStart onRouteWith(SamplingRule own) {
    return new FixedStart(candidate, trust, forced, callerRate, own);
  }

  @Override
  public String route() {
    return REQUEST.route();
  }

  @Override
  public String method() {
    return REQUEST.method();
  }

  @Override
  public String host() {
    return REQUEST.host();
  }

  @Override
  public String path() {
    return REQUEST.path();
  }

  @Override
  public String header(String name) {
    return REQUEST.header(name);
  }

  @Override
  public byte[] client() {
    return REQUEST.client();
  }
}
