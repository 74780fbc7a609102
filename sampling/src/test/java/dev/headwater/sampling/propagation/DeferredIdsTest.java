package dev.headwater.sampling.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.sampling.Sampler;
import dev.headwater.sampling.SamplingPolicy;
import dev.headwater.sampling.propagation.TraceCandidate.Claim;
import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rule.RuleMatch;
import dev.headwater.sampling.rule.SamplingRule;
import dev.headwater.sampling.rule.Verdict;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import zipkin2.collector.CollectorSampler;

/** A trusted caller's ids without a decision: the collector behind us would decide the same. */
class DeferredIdsTest {
  @ParameterizedTest
  @ValueSource(doubles = {0.0001, 0.1, 0.29, 0.5, 1})
  void idsOfATrustedCaller_areDecidedAsTheCollectorDoes(double rate) {
    SamplingRule rule =
        new SamplingRule("all", RuleMatch.ALL, new Verdict.Share(ProbabilisticRate.of(rate)));
    SamplingPolicy policy = new SamplingPolicy(ProbabilisticRate.NEVER, List.of(rule));
    Sampler sampler = Sampler.of(policy, List.of(), () -> 0);
    TraceStarter starter = new TraceStarter(new SplittableRandom(1)::nextLong, () -> 1);
    CollectorSampler collector = CollectorSampler.create((float) rate);
    long boundary = (long) (Long.MAX_VALUE * (float) rate);
    LongStream around =
        LongStream.of(boundary - 1, boundary, boundary + 1, 1 - boundary, -boundary);
    LongStream.concat(around, new SplittableRandom(2).longs(2_000))
        .forEach(
            id -> {
              TraceCandidate deferred =
                  new TraceCandidate(TraceFormat.B3_MULTI, 4, id, 5, 0, Claim.DEFER);
              TraceStart start = starter.start(new FixedStart(deferred, TrustMode.TRUST), sampler);
              assertThat(start.decision().rule()).isEqualTo("all");
              assertThat(start.context().sampled())
                  .isEqualTo(collector.isSampled(String.format("%016x", id), false));
            });
  }
}
