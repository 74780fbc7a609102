package dev.headwater.sampling.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import brave.propagation.TraceContext;
import dev.headwater.sampling.Decider;
import dev.headwater.sampling.Decision;
import dev.headwater.sampling.Reason;
import dev.headwater.sampling.Sampler;
import dev.headwater.sampling.SamplingPolicy;
import dev.headwater.sampling.propagation.TraceCandidate.Claim;
import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rule.SamplingFacts;
import dev.headwater.sampling.rule.SamplingRule;
import dev.headwater.sampling.rule.Verdict;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceStarterTest {
  private static final long NOW = 1_795_000_000L;
  private static final Decider ALL = rate(ProbabilisticRate.ALWAYS);
  private static final Decider NONE = rate(ProbabilisticRate.NEVER);
  private static final Decider TENTH = rate(ProbabilisticRate.of(0.1));

  private final SplittableRandom random = new SplittableRandom(3);
  private final TraceStarter starter = new TraceStarter(random::nextLong, () -> NOW);

  private static Decider rate(ProbabilisticRate rate) {
    return Sampler.of(SamplingPolicy.of(rate), List.of(), () -> 0);
  }

  private static TraceCandidate stranger(Claim claim) {
    return new TraceCandidate(TraceFormat.TRACECONTEXT, 0, 1, 2, 3, claim, "foo=1", false);
  }

  private TraceStart start(TraceCandidate candidate, TrustMode mode, Decider policy) {
    return starter.start(new FixedStart(candidate, mode), policy);
  }

  @Test
  void newTrace_hasBravesForm() {
    TraceStart start = start(null, TrustMode.RESTART, ALL);
    TraceContext context = start.context();
    assertThat(context.traceIdHigh() >>> 32).isEqualTo(NOW);
    assertThat(context.traceId()).isEqualTo(context.spanId()).isNotZero();
    assertThat(context.parentIdAsLong()).isZero();
    assertThat(context.traceIdString()).hasSize(32);
    assertThat(context.shared()).isFalse();
    assertThat(context.sampled()).isTrue();
    assertThat(start.clientTraceId()).isNull();
    assertThat(start.traceState()).isNull();
    assertThat(start.decision())
        .isEqualTo(new Decision(true, false, Reason.DEFAULT, Sampler.DEFAULT_RULE, 1.0));
  }

  @Test
  void newTrace_lowerHalfOfTheHighWordIsRandom() {
    long first = start(null, TrustMode.RESTART, ALL).context().traceIdHigh();
    long second = start(null, TrustMode.RESTART, ALL).context().traceIdHigh();
    assertThat(first & 0xffff_ffffL).isNotEqualTo(second & 0xffff_ffffL);
  }

  @Test
  void newTrace_isDecidedByItsOwnId() {
    ProbabilisticRate half = ProbabilisticRate.of(0.5);
    Decider policy = rate(half);
    for (int i = 0; i < 1_000; i++) {
      TraceContext context = start(null, TrustMode.RESTART, policy).context();
      assertThat(context.sampled()).isEqualTo(half.keeps(context.traceId()));
    }
  }

  @Test
  void noIdIsEverZero() {
    LongSupplier zerosFirst = scripted(0, 0, 7, 0, 0, 9, 0, 11);
    TraceStarter unlucky = new TraceStarter(zerosFirst, () -> NOW);
    TraceContext root = unlucky.start(new FixedStart(null, TrustMode.RESTART), ALL).context();
    assertThat(root.traceId()).isEqualTo(7);
    assertThat(root.spanId()).isEqualTo(7);
    assertThat(unlucky.child(root).spanId()).isEqualTo(9);
    TraceContext continued =
        unlucky.start(new FixedStart(stranger(Claim.ACCEPT), TrustMode.TRUST), ALL).context();
    assertThat(continued.spanId()).isEqualTo(11);
  }

  private static LongSupplier scripted(long... values) {
    int[] next = {0};
    return () -> values[next[0]++];
  }

  @ParameterizedTest
  @EnumSource
  void restart_believesNothing(Claim claim) {
    TraceStart start = start(stranger(claim), TrustMode.RESTART, NONE);
    assertThat(start.context().traceId()).isNotEqualTo(1);
    assertThat(start.context().traceIdHigh()).isNotZero();
    assertThat(start.context().parentIdAsLong()).isZero();
    assertThat(start.context().sampled()).isFalse();
    assertThat(start.context().debug()).isFalse();
    assertThat(start.decision().reason()).isEqualTo(Reason.DEFAULT);
    assertThat(start.clientTraceId()).isEqualTo("0000000000000001");
    assertThat(start.traceState()).isNull();
  }

  @Test
  void restart_tellsTheStrangersIdInItsOwnLength() {
    TraceCandidate wide =
        new TraceCandidate(
            TraceFormat.B3_MULTI, 0x463ac35c9f6413adL, 0x48485a3953bb6124L, 5, 0, Claim.DEFER);
    assertThat(start(wide, TrustMode.RESTART, ALL).clientTraceId())
        .isEqualTo("463ac35c9f6413ad48485a3953bb6124");
    TraceCandidate decisionOnly = new TraceCandidate(TraceFormat.B3_SINGLE, 0, 0, 0, 0, Claim.DENY);
    assertThat(start(decisionOnly, TrustMode.RESTART, ALL).clientTraceId()).isNull();
    assertThat(start(decisionOnly, TrustMode.RESTART, ALL).context().sampled()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void continueIds_keepsIdsAndNoClaim(Claim claim) {
    for (Decider policy : new Decider[] {ALL, NONE}) {
      TraceStart start = start(stranger(claim), TrustMode.CONTINUE_IDS, policy);
      assertThat(start.context().traceIdHigh()).isZero();
      assertThat(start.context().traceId()).isEqualTo(1);
      assertThat(start.context().parentIdAsLong()).isEqualTo(2);
      assertThat(start.context().spanId()).isNotIn(0L, 1L, 2L, 3L);
      assertThat(start.context().sampled()).isEqualTo(policy == ALL);
      assertThat(start.context().debug()).isFalse();
      assertThat(start.decision().reason()).isEqualTo(Reason.DEFAULT);
      assertThat(start.traceState()).isEqualTo("foo=1");
      assertThat(start.clientTraceId()).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1L, Long.MAX_VALUE, Long.MIN_VALUE})
  void continueIds_aChosenIdDoesNotChooseTheDecision(long chosen) {
    TraceCandidate candidate =
        new TraceCandidate(TraceFormat.B3_MULTI, 0, chosen, 2, 0, Claim.ACCEPT);
    int kept = 0;
    for (int i = 0; i < 10_000; i++) {
      TraceStart start = start(candidate, TrustMode.CONTINUE_IDS, TENTH);
      assertThat(start.context().traceId()).isEqualTo(chosen);
      kept += start.decision().sampled() ? 1 : 0;
    }
    // 99.9 % of Binomial(10,000; 0.1): 1,000 +- 3.29 * 30.
    assertThat(kept).isBetween(901, 1_099);
  }

  @Test
  void continueIds_withoutIdsStartsAnew() {
    TraceCandidate decisionOnly =
        new TraceCandidate(TraceFormat.B3_SINGLE, 0, 0, 0, 0, Claim.DEBUG);
    TraceStart start = start(decisionOnly, TrustMode.CONTINUE_IDS, NONE);
    assertThat(start.context().traceIdHigh()).isNotZero();
    assertThat(start.context().sampled()).isFalse();
  }

  @Test
  void trust_inheritsTheDecisionAndNeverTheSpanId() {
    TraceStart accepted = start(stranger(Claim.ACCEPT), TrustMode.TRUST, NONE);
    assertThat(accepted.decision().sampled()).isTrue();
    assertThat(accepted.decision().reason()).isEqualTo(Reason.INHERITED);
    assertThat(accepted.decision().rule()).isEqualTo(Sampler.NO_RULE);
    assertThat(accepted.decision().rate()).isNaN();
    assertThat(accepted.context().sampled()).isTrue();
    assertThat(accepted.context().traceIdString()).isEqualTo("0000000000000001");
    assertThat(accepted.context().parentIdAsLong()).isEqualTo(2);
    assertThat(accepted.context().spanId()).isNotIn(0L, 1L, 2L, 3L);
    assertThat(accepted.traceState()).isEqualTo("foo=1");

    TraceStart denied = start(stranger(Claim.DENY), TrustMode.TRUST, ALL);
    assertThat(denied.context().sampled()).isFalse();
    assertThat(denied.decision().reason()).isEqualTo(Reason.INHERITED);
  }

  @Test
  void trust_inheritsDebug() {
    TraceStart start = start(stranger(Claim.DEBUG), TrustMode.TRUST, NONE);
    assertThat(start.context().debug()).isTrue();
    assertThat(start.context().sampled()).isTrue();
    assertThat(start.decision().debug()).isTrue();
    assertThat(start.decision().reason()).isEqualTo(Reason.DEBUG);
  }

  @Test
  void trust_deferredIsDecidedByTheCallersId() {
    for (int i = 0; i < 1_000; i++) {
      long low = random.nextLong();
      TraceCandidate deferred = new TraceCandidate(TraceFormat.B3_MULTI, 4, low, 5, 0, Claim.DEFER);
      TraceStart start = start(deferred, TrustMode.TRUST, TENTH);
      assertThat(start.decision().sampled()).isEqualTo(ProbabilisticRate.of(0.1).keeps(low));
      assertThat(start.decision().reason()).isEqualTo(Reason.DEFAULT);
      assertThat(start.context().traceId()).isEqualTo(low);
    }
  }

  @Test
  void trust_decisionWithoutIdsIsInheritedOntoFreshIds() {
    TraceCandidate deny = new TraceCandidate(TraceFormat.B3_SINGLE, 0, 0, 0, 0, Claim.DENY);
    TraceStart start = start(deny, TrustMode.TRUST, ALL);
    assertThat(start.context().sampled()).isFalse();
    assertThat(start.context().traceIdHigh() >>> 32).isEqualTo(NOW);
    assertThat(start.decision().reason()).isEqualTo(Reason.INHERITED);
    assertThat(start.clientTraceId()).isNull();
  }

  @Test
  void routesOwnRule_decidesInsteadOfTheDefault() {
    SamplingRule own = SamplingRule.ofRoute("votes", new Verdict.Share(ProbabilisticRate.NEVER));
    Sampler sampler =
        Sampler.of(SamplingPolicy.of(ProbabilisticRate.ALWAYS), List.of(own), () -> 0);
    TraceStart start =
        starter.start(new FixedStart(null, TrustMode.RESTART).onRouteWith(own), sampler);
    assertThat(start.decision())
        .isEqualTo(new Decision(false, false, Reason.RULE, "route:votes", 0.0));
    assertThat(start.context().sampled()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void forced_winsWhateverTheCallerClaimsAndTheRateSays(TrustMode mode) {
    Decision debug = new Decision(true, true, Reason.FORCED, "force", Double.NaN);
    TraceStart start =
        starter.start(new FixedStart(stranger(Claim.DENY), mode).forcedBy(debug), NONE);
    assertThat(start.decision()).isSameAs(debug);
    assertThat(start.context().sampled()).isTrue();
    assertThat(start.context().debug()).isTrue();
    assertThat(start.context().traceId() == 1).isEqualTo(mode != TrustMode.RESTART);
  }

  @Test
  void callersRate_decidesByTheCallersIdWhatNobodyHasDecided() {
    for (int i = 0; i < 1_000; i++) {
      long low = random.nextLong();
      TraceCandidate deferred = new TraceCandidate(TraceFormat.B3_MULTI, 4, low, 5, 0, Claim.DEFER);
      TraceStart start = starter.start(new FixedStart(deferred, TrustMode.TRUST).asking(0.1), ALL);
      boolean kept = ProbabilisticRate.of(0.1).keeps(low);
      assertThat(start.decision())
          .isEqualTo(new Decision(kept, false, Reason.INHERITED, "l5d-sample", 0.1));
    }
  }

  @Test
  void callersRate_decidesTracesThatStartHereAndNoneThatIsDecided() {
    FixedStart nothing = new FixedStart(null, TrustMode.TRUST).asking(0);
    assertThat(starter.start(nothing, ALL).decision().sampled()).isFalse();
    FixedStart denied = new FixedStart(stranger(Claim.DENY), TrustMode.TRUST).asking(1);
    assertThat(starter.start(denied, ALL).decision().sampled()).isFalse();
    FixedStart accepted = new FixedStart(stranger(Claim.ACCEPT), TrustMode.TRUST).asking(0);
    assertThat(starter.start(accepted, NONE).decision().sampled()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TRUST")
  void l5dContext_ofAStrangerIsAsIfAbsent(TrustMode mode) {
    TraceCandidate l5d = new TraceCandidate(TraceFormat.L5D, 0, 1, 2, 3, Claim.ACCEPT);
    TraceStart start = start(l5d, mode, NONE);
    assertThat(start.context().traceId()).isNotEqualTo(1);
    assertThat(start.clientTraceId()).isNull();
    assertThat(start.decision().sampled()).isFalse();
  }

  @Test
  void l5dContext_ofATrustedCallerIsInherited() {
    TraceCandidate l5d = new TraceCandidate(TraceFormat.L5D, 0, 1, 2, 3, Claim.ACCEPT);
    TraceStart start = start(l5d, TrustMode.TRUST, NONE);
    assertThat(start.context().traceId()).isEqualTo(1);
    assertThat(start.decision().reason()).isEqualTo(Reason.INHERITED);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TRUST")
  void callersRate_ofAStrangerIsNothing(TrustMode mode) {
    FixedStart asking = new FixedStart(stranger(Claim.DEFER), mode).asking(1);
    assertThat(starter.start(asking, NONE).decision().sampled()).isFalse();
  }

  @Test
  void override_isAskedForInheritedSampledDecisionsOnly() {
    Decision dropped = new Decision(false, false, Reason.NEVER, "probes", 0);
    Decider overriding = new Overriding(dropped);
    assertThat(start(stranger(Claim.ACCEPT), TrustMode.TRUST, overriding).decision())
        .isSameAs(dropped);
    assertThat(start(stranger(Claim.DEBUG), TrustMode.TRUST, overriding).decision().reason())
        .isEqualTo(Reason.DEBUG);
    assertThat(start(stranger(Claim.DENY), TrustMode.TRUST, overriding).decision().reason())
        .isEqualTo(Reason.INHERITED);
    assertThat(
            starter.start(new FixedStart(null, TrustMode.TRUST).asking(1), overriding).decision())
        .isSameAs(dropped);
  }

  /** Refuses to decide, and turns every inherited decision into one answer. */
  private record Overriding(Decision answer) implements Decider {
    @Override
    public Decision decide(SamplingFacts facts, SamplingRule own, long traceIdLow) {
      throw new AssertionError("asked to decide what was inherited");
    }

    @Override
    public Decision override(
        Decision inherited, SamplingFacts facts, SamplingRule own, long traceIdLow) {
      assertThat(inherited.reason()).isEqualTo(Reason.INHERITED);
      return answer;
    }
  }

  @Test
  void child_isOfTheSameTraceAndDecision() {
    TraceContext server = start(stranger(Claim.DEBUG), TrustMode.TRUST, NONE).context();
    TraceContext first = starter.child(server);
    TraceContext second = starter.child(server);
    assertThat(first.traceIdString()).isEqualTo(server.traceIdString());
    assertThat(first.parentIdAsLong()).isEqualTo(server.spanId());
    assertThat(first.debug()).isTrue();
    assertThat(first.spanId()).isNotEqualTo(second.spanId()).isNotEqualTo(server.spanId());
  }
}
