package dev.headwater.load.benchmark;

import brave.propagation.Propagation.Setter;
import dev.headwater.sampling.Decision;
import dev.headwater.sampling.Sampler;
import dev.headwater.sampling.SamplingPolicy;
import dev.headwater.sampling.network.NetworkSet;
import dev.headwater.sampling.propagation.StartFacts;
import dev.headwater.sampling.propagation.TraceCandidate;
import dev.headwater.sampling.propagation.TraceFormat;
import dev.headwater.sampling.propagation.TraceInjector;
import dev.headwater.sampling.propagation.TraceStart;
import dev.headwater.sampling.propagation.TraceStarter;
import dev.headwater.sampling.propagation.TrustMode;
import dev.headwater.sampling.rate.CapPolicy;
import dev.headwater.sampling.rate.LimitPolicy;
import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rule.Condition;
import dev.headwater.sampling.rule.HeaderPattern;
import dev.headwater.sampling.rule.PathPattern;
import dev.headwater.sampling.rule.RuleMatch;
import dev.headwater.sampling.rule.SamplingRule;
import dev.headwater.sampling.rule.ShippedRules;
import dev.headwater.sampling.rule.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What the decision costs, alone and with all that a request without trace headers pays for its
 * context: ids, decision, the child of one attempt, the headers upstream.
 *
 * <p>Ids are random, so that at 0.5 the branch on the decision is as unpredictable as in traffic.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class SamplerBenchmark {
  private static final Setter<Blackhole, String> CONSUMING =
      (request, name, value) -> request.consume(value);

  @Param({"0", "0.0001", "0.5", "1"})
  public double rate;

  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  private final SplittableRandom random = new SplittableRandom(1);
  private final TraceStarter starter = new TraceStarter(random::nextLong, () -> 1_700_000_000L);
  private final TraceInjector injector = TraceInjector.of(List.of(TraceFormat.B3_MULTI), false);
  private final StartFacts facts = new Facts();
  private Sampler sampler =
      Sampler.of(SamplingPolicy.of(ProbabilisticRate.NEVER), List.of(), () -> 0);
  private Sampler ofManyRules = sampler;
  private Sampler capped = sampler;
  private @Nullable SamplingRule own;

  @Setup
  public void readRate() {
    ProbabilisticRate configured = ProbabilisticRate.of(rate);
    SamplingRule rule = SamplingRule.ofRoute("votes", new Verdict.Share(configured));
    sampler = Sampler.of(SamplingPolicy.of(configured), List.of(rule), () -> 0);
    own = rule;
    ofManyRules =
        Sampler.of(new SamplingPolicy(configured, otherRules()), List.of(), System::nanoTime);
    capped =
        Sampler.of(
            new SamplingPolicy(
                new Verdict.Share(configured, CapPolicy.of(100)),
                List.of(),
                new LimitPolicy(CapPolicy.of(500), null, 0.0),
                null,
                false),
            List.of(),
            System::nanoTime);
  }

  /** Twenty that speak of other requests, each for another reason, and the shipped ones. */
  private static List<SamplingRule> otherRules() {
    List<SamplingRule> rules = new ArrayList<>(ShippedRules.of(NetworkSet.NONE));
    for (int i = 0; i < 4; i++) {
      for (Condition condition :
          List.of(
              new Condition.OfRoute("route-" + i),
              new Condition.Path(new PathPattern.Prefix("/api/" + i)),
              new Condition.Path(new PathPattern.Template("/api/{id}/" + i)),
              new Condition.Hosts(Set.of("*.api" + i + ".example.com")),
              new Condition.Headers(
                  List.of(new HeaderPattern("x-" + i, new HeaderPattern.Present()))))) {
        String name = "rule-" + rules.size();
        RuleMatch match = new RuleMatch(List.of(condition));
        rules.add(new SamplingRule(name, match, new Verdict.Always()));
      }
    }
    return rules;
  }

  @Benchmark
  public Decision defaultRate() {
    return sampler.decide(facts, null, random.nextLong());
  }

  @Benchmark
  public Decision routesOwnRate() {
    return sampler.decide(facts, own, random.nextLong());
  }

  @Benchmark
  public Decision twentyRulesNoneMatching() {
    return ofManyRules.decide(facts, null, random.nextLong());
  }

  @Benchmark
  public Decision cappedRuleUnderACap() {
    return capped.decide(facts, null, random.nextLong());
  }

  @Benchmark
  public void contextOfOneRequest(Blackhole request) {
    TraceStart start = starter.start(facts, sampler);
    injector.inject(starter.child(start.context()), start, CONSUMING, request);
  }

  /** A request of the reference application. */
  private static final class Facts implements StartFacts {
    @Override
    public String route() {
      return "votes";
    }

    @Override
    public String method() {
      return "GET";
    }

    @Override
    public String host() {
      return "vote.example.com";
    }

    @Override
    public String path() {
      return "/api/vote";
    }

    @Override
    public @Nullable String header(String name) {
      return null;
    }

    @Override
    public byte[] client() {
      return LOOPBACK;
    }

    @Override
    public @Nullable TraceCandidate candidate() {
      return null;
    }

    @Override
    public TrustMode trust() {
      return TrustMode.RESTART;
    }

    @Override
    public @Nullable Decision forced() {
      return null;
    }

    @Override
    public double callerRate() {
      return Double.NaN;
    }

    @Override
    public @Nullable SamplingRule ownRule() {
      return null;
    }
  }
}
