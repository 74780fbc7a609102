package dev.headwater.load.benchmark;

import brave.handler.MutableSpan;
import brave.handler.SpanHandler;
import brave.propagation.TraceContext;
import dev.headwater.gateway.metrics.Metrics;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.ExchangeLog;
import dev.headwater.gateway.trace.SpanExit;
import dev.headwater.sampling.Reason;
import dev.headwater.sampling.SamplingPolicy;
import dev.headwater.sampling.propagation.TraceStart;
import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rule.KeepPolicy;
import dev.headwater.sampling.rule.SlowLimit;
import java.util.List;
import java.util.Objects;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What the end of a request costs: its metrics always, late keep's question for an unsampled one,
 * two spans for one that is kept. What lies behind the hand-over of spans is not measured.
 *
 * <p>{@code OFF} is an unsampled request without late keep, {@code ASKED} the same with every key
 * of it on, {@code LATE} one that ended in a 503 and is kept, {@code SAMPLED} one that was sampled
 * at its start.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class ExitBenchmark {
  /** How a request ends. */
  public enum Case {
    OFF,
    ASKED,
    LATE,
    SAMPLED
  }

  private static final KeepPolicy KEEP =
      new KeepPolicy(true, new SlowLimit.TimesP99(3), true, 1_000_000.0);

  @Param public Case how = Case.OFF;

  private final Metrics metrics = Metrics.create();
  private Exchange exchange = EndedRequest.of(metrics, policy(), 200);
  private TraceStart head = Objects.requireNonNull(exchange.trace());

  @Setup
  public void endRequest() {
    exchange = EndedRequest.of(metrics, policy(), how == Case.LATE ? 503 : 200);
    head = Objects.requireNonNull(exchange.trace());
  }

  @TearDown
  public void checkAndClose() {
    metrics.close();
    TraceStart last = exchange.trace();
    boolean kept = last != null && last.decision().sampled();
    boolean late = last != null && last.decision().reason() == Reason.LATE;
    if (kept != (how == Case.LATE || how == Case.SAMPLED) || late != (how == Case.LATE)) {
      throw new IllegalStateException(how + ": ended with " + last);
    }
  }

  private SamplingPolicy policy() {
    // Too rare to happen, and still not 0, of which nothing is ever kept.
    double rate = how == Case.SAMPLED ? 1 : 1e-12;
    return new SamplingPolicy(ProbabilisticRate.of(rate), List.of(), how == Case.OFF ? null : KEEP);
  }

  @Benchmark
  public void end(Blackhole spans, Exit exit) {
    exchange.trace(head);
    exit.to(spans).accept(exchange);
  }

  /** The exit, whose spans are looked at and forgotten. */
  @State(Scope.Thread)
  public static class Exit extends SpanHandler {
    private final SpanExit exit = new SpanExit(this, ExchangeLog.NONE);
    private @Nullable Blackhole spans;

    SpanExit to(Blackhole consumer) {
      spans = consumer;
      return exit;
    }

    @Override
    public boolean end(@Nullable TraceContext context, MutableSpan span, Cause cause) {
      if (spans != null) {
        spans.consume(span);
      }
      return true;
    }
  }
}
