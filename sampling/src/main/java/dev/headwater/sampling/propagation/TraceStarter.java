package dev.headwater.sampling.propagation;

import brave.propagation.TraceContext;
import dev.headwater.sampling.Decider;
import dev.headwater.sampling.Decision;
import dev.headwater.sampling.Reason;
import dev.headwater.sampling.Sampler;
import dev.headwater.sampling.propagation.TraceCandidate.Claim;
import dev.headwater.sampling.rate.ProbabilisticRate;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns a caller's claim into the context of our SERVER span: what of it is believed, which ids the
 * trace has, and the decision for all of it.
 *
 * <p>New trace ids have Brave's form: 128 bits, epoch seconds on top, 96 random bits below, the
 * root span's id equal to the low half. An incoming trace id keeps its length. A span id of a
 * caller is never used for a span of ours (no join), and no id of ours is 0.
 *
 * <p>As safe to share between threads as its two suppliers are. Costs one context and two random
 * numbers.
 */
public final class TraceStarter {
  private static final Decision ACCEPTED = inherited(true, false, Reason.INHERITED);
  private static final Decision DENIED = inherited(false, false, Reason.INHERITED);
  private static final Decision DEBUGGED = inherited(true, true, Reason.DEBUG);

  private final LongSupplier random64;
  private final LongSupplier epochSeconds;

  /**
   * A starter on these sources.
   *
   * @param random64 64 uniform random bits a call; need not be unguessable
   * @param epochSeconds wall clock in seconds since 1970
   */
  public TraceStarter(LongSupplier random64, LongSupplier epochSeconds) {
    this.random64 = random64;
    this.epochSeconds = epochSeconds;
  }

  /**
   * Starts or continues a trace. The decision is the first of these that exists: forced, inherited
   * from a trusted caller, by the rate that a trusted caller asks, the decider's.
   *
   * @param facts the request, with what its caller claims and what that is worth
   * @param decider asked where nothing was forced or inherited
   */
  public TraceStart start(StartFacts facts, Decider decider) {
    TraceCandidate candidate = claimed(facts);
    if (candidate == null || facts.trust() == TrustMode.RESTART || !candidate.hasIds()) {
      return startAnew(candidate, facts, decider);
    }
    // A stranger could choose an id that every rate keeps; a number of ours it cannot choose.
    long number = facts.trusted() ? candidate.traceIdLow() : random64.getAsLong();
    Decision decision = decision(candidate, facts, decider, number);
    TraceContext context =
        context(decision, candidate.traceIdHigh(), candidate.traceIdLow())
            .parentId(candidate.spanId())
            .spanId(nextId())
            .build();
    return new TraceStart(context, decision, candidate, true);
  }

  /** What the caller claims; formats that only trusted callers may speak are as if absent else. */
  private static @Nullable TraceCandidate claimed(StartFacts facts) {
    TraceCandidate candidate = facts.candidate();
    boolean heard = candidate != null && (facts.trusted() || !candidate.format().isOfTrustedOnly());
    return heard ? candidate : null;
  }

  private TraceStart startAnew(
      @Nullable TraceCandidate candidate, StartFacts facts, Decider decider) {
    long low = nextId();
    Decision decision = decision(candidate, facts, decider, low);
    TraceContext context = context(decision, nextHigh(), low).spanId(low).build();
    return new TraceStart(context, decision, candidate, false);
  }

  /**
   * The context of one attempt: a child of our SERVER span with an id of its own and the same
   * decision.
   */
  public TraceContext child(TraceContext server) {
    return server.toBuilder().parentId(server.spanId()).spanId(nextId()).build();
  }

  private static Decision decision(
      @Nullable TraceCandidate candidate, StartFacts facts, Decider decider, long traceIdLow) {
    Decision forced = facts.forced();
    if (forced != null) {
      return forced;
    }
    Decision inherited = facts.trusted() ? inherited(candidate, facts, traceIdLow) : null;
    if (inherited == null) {
      return decider.decide(facts, facts.ownRule(), traceIdLow);
    }
    return inherited.sampled() && !inherited.debug()
        ? decider.override(inherited, facts, facts.ownRule(), traceIdLow)
        : inherited;
  }

  /** What a trusted caller had decided, or null. */
  private static @Nullable Decision inherited(
      @Nullable TraceCandidate candidate, StartFacts facts, long traceIdLow) {
    return switch (candidate == null ? Claim.DEFER : candidate.claim()) {
      case ACCEPT -> ACCEPTED;
      case DENY -> DENIED;
      case DEBUG -> DEBUGGED;
      case DEFER -> Double.isNaN(facts.callerRate()) ? null : asked(facts.callerRate(), traceIdLow);
    };
  }

  private static Decision asked(double rate, long traceIdLow) {
    boolean keeps = ProbabilisticRate.of(rate).keeps(traceIdLow);
    return new Decision(keeps, false, Reason.INHERITED, CallerRate.HEADER, rate);
  }

  private static TraceContext.Builder context(Decision decision, long high, long low) {
    TraceContext.Builder builder =
        TraceContext.newBuilder().traceIdHigh(high).traceId(low).sampled(decision.sampled());
    return decision.debug() ? builder.debug(true) : builder;
  }

  private static Decision inherited(boolean sampled, boolean debug, Reason reason) {
    return new Decision(sampled, debug, reason, Sampler.NO_RULE, Double.NaN);
  }

  /** Brave's form; services that ask the first 8 bytes only then see ids that differ by time. */
  private long nextHigh() {
    return (epochSeconds.getAsLong() << 32) | (random64.getAsLong() & 0xffff_ffffL);
  }

  private long nextId() {
    long id = random64.getAsLong();
    while (id == 0) {
      id = random64.getAsLong();
    }
    return id;
  }
}
