package dev.headwater.gateway.trace;

import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.FieldName;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.sampling.Decision;
import dev.headwater.sampling.Reason;
import dev.headwater.sampling.Sampler;
import dev.headwater.sampling.force.ForceGate;
import dev.headwater.sampling.force.ForcePolicy;
import dev.headwater.sampling.force.ForceVerdict;
import dev.headwater.sampling.propagation.TraceCandidate;
import dev.headwater.sampling.propagation.TraceCandidate.Claim;
import org.jspecify.annotations.Nullable;

/**
 * What the force header of a request comes to. The gate knows networks, tokens and caps; here are
 * the request's side of it and the decision that follows. Stateless; a request without the header
 * costs a bit test.
 */
public final class ForcedTrace {
  private static final Decision SAMPLED =
      new Decision(true, false, Reason.FORCED, Sampler.NO_RULE, Double.NaN);
  private static final Decision DEBUG =
      new Decision(true, true, Reason.FORCED, Sampler.NO_RULE, Double.NaN);

  private ForcedTrace() {}

  /** The decision when the trace is forced, or null. Takes from the cap and the token's count. */
  static @Nullable Decision ask(Exchange exchange) {
    ForceGate gate = exchange.snapshot().force();
    ForcePolicy policy = gate.policy();
    String value = policy == null ? null : value(exchange, policy);
    if (policy == null || value == null || isDebug(exchange)) {
      return null;
    }
    ForceVerdict verdict = gate.ask(value, isListed(exchange, policy), exchange.path());
    if (!verdict.granted() && verdict != ForceVerdict.DECLINED) {
      exchange.loop().metrics().forceRefused();
    }
    return decision(policy, verdict);
  }

  /** What the gate would say to this value of the header, without taking anything. */
  public static ForceVerdict preview(Exchange exchange, @Nullable String value) {
    ForceGate gate = exchange.snapshot().force();
    ForcePolicy policy = gate.policy();
    return policy == null
        ? ForceVerdict.NOT_ASKED
        : gate.preview(value, isListed(exchange, policy), exchange.path());
  }

  /** The decision as {@link #ask} would make it, without taking anything. */
  static @Nullable Decision rehearse(Exchange exchange) {
    ForcePolicy policy = exchange.snapshot().force().policy();
    return policy == null || isDebug(exchange)
        ? null
        : decision(policy, preview(exchange, value(exchange, policy)));
  }

  private static @Nullable Decision decision(ForcePolicy policy, ForceVerdict verdict) {
    return !verdict.granted() ? null : policy.as() == ForcePolicy.As.DEBUG ? DEBUG : SAMPLED;
  }

  /** A header that came twice says nothing: its values are joined, and that is no token. */
  private static @Nullable String value(Exchange exchange, ForcePolicy policy) {
    Fields fields = exchange.request().fields();
    boolean mayBeThere = fields.has(FieldName.TRACE) || !policy.header().equals(ForcePolicy.HEADER);
    return mayBeThere ? fields.joined(policy.header()) : null;
  }

  private static boolean isListed(Exchange exchange, ForcePolicy policy) {
    return SamplingGate.inside(policy.networks(), exchange);
  }

  /** A trusted caller's debug trace is more than a forced one already. */
  private static boolean isDebug(Exchange exchange) {
    TraceCandidate candidate = exchange.candidate();
    return exchange.trusted() && candidate != null && candidate.claim() == Claim.DEBUG;
  }
}
