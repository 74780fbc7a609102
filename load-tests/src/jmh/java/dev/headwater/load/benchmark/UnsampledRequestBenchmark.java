package dev.headwater.load.benchmark;

import brave.handler.SpanHandler;
import dev.headwater.gateway.metrics.Metrics;
import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.ExchangeLog;
import dev.headwater.gateway.pipeline.Stage;
import dev.headwater.gateway.trace.AttemptSpan;
import dev.headwater.gateway.trace.SamplingGate;
import dev.headwater.gateway.trace.SpanExit;
import dev.headwater.gateway.trace.TraceEntry;
import dev.headwater.sampling.propagation.TraceStart;
import dev.headwater.sampling.propagation.TraceStarter;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * All that a request pays for tracing which is not kept: entry, trust, decision, ids, the headers
 * of one attempt, the exit. The stages are the product's own, in its order, with nothing between
 * them.
 *
 * <p>{@code DISABLED} is the same way with tracing off, so that the difference to the others is
 * their share (row T9): {@code UNSAMPLED} without late keep, {@code ASKED} with every key of it on.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class UnsampledRequestBenchmark {
  /** What is configured. */
  public enum Case {
    DISABLED,
    UNSAMPLED,
    ASKED
  }

  /** Too rare to happen, and still not 0, of which nothing is ever kept. */
  private static final String RARE = "sampling: {rate: 0.000000000001";

  private static final String KEEP =
      ", keep: {errors: true, slowerThan: 3xp99, retried: true, perSecond: 1000}";

  @Param public Case how = Case.DISABLED;

  private final Metrics metrics = Metrics.create();
  private final SplittableRandom random = new SplittableRandom(1);
  private final TraceStarter starter = new TraceStarter(random::nextLong, () -> 1_700_000_000L);
  private final Stage entry = new TraceEntry(new SamplingGate(starter, routed -> {}));
  private final AttemptSpan span = new AttemptSpan(starter, attempt -> {});
  private final SpanExit exit = new SpanExit(SpanHandler.NOOP, ExchangeLog.NONE);
  private Exchange exchange = EndedRequest.of(metrics, "{enabled: false}");

  @Setup
  public void endRequest() {
    exchange =
        EndedRequest.of(
            metrics,
            switch (how) {
              case DISABLED -> "{enabled: false}";
              case UNSAMPLED -> "{" + RARE + "}}";
              case ASKED -> "{" + RARE + KEEP + "}}";
            });
  }

  @TearDown
  public void checkAndClose() {
    metrics.close();
    TraceStart last = exchange.trace();
    if ((last == null) != (how == Case.DISABLED) || (last != null && last.decision().sampled())) {
      throw new IllegalStateException(how + ": ended with " + last);
    }
  }

  @Benchmark
  public Attempt request() {
    entry.handle(exchange);
    Attempt attempt = EndedRequest.another(exchange);
    span.handle(attempt);
    exit.accept(exchange);
    return attempt;
  }
}
