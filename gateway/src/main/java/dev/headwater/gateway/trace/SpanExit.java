package dev.headwater.gateway.trace;

import brave.handler.SpanHandler;
import dev.headwater.gateway.metrics.RouteRecorder;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.ExchangeLog;
import dev.headwater.gateway.pipeline.TunnelExit;
import dev.headwater.gateway.pipeline.TunnelFacts;
import dev.headwater.sampling.propagation.TraceStart;
import java.util.function.Consumer;

/**
 * The end of every exchange: its spans when the trace is kept, its metrics and its log line always.
 * Runs exactly once, also when the client left. Confined to one loop.
 */
public final class SpanExit implements Consumer<Exchange> {
  /** The exchange goes on as a tunnel, whose end is what the log tells. */
  private static final int SWITCHED = 101;

  private final SpanOutlet spans;

  /** Whether spans go anywhere; otherwise nothing is worth keeping late. */
  private final boolean records;

  private final ExchangeLog accessLog;

  /**
   * An exit.
   *
   * @param spans where finished spans go; must not block
   * @param accessLog where lines go; must not block
   */
  public SpanExit(SpanHandler spans, ExchangeLog accessLog) {
    this.spans = new SpanOutlet(spans);
    this.records = spans != SpanHandler.NOOP;
    this.accessLog = accessLog;
  }

  @Override
  public void accept(Exchange exchange) {
    RouteRecorder recorder = ExitCounts.recorder(exchange);
    TraceStart trace = exchange.trace();
    TraceStart kept =
        trace == null || trace.decision().sampled()
            ? trace
            : records ? LateKeep.keep(exchange, trace, recorder) : null;
    if (kept != null) {
      spans.finished(exchange, kept);
    }
    ExitCounts.count(exchange, recorder, kept == null ? null : kept.traceId());
    if (exchange.status() != SWITCHED) {
      accessLog.ended(exchange);
    }
  }

  /** An exchange that is over became a tunnel: its span when the trace is kept, its line always. */
  public TunnelExit tunnel(Exchange exchange, TunnelFacts facts) {
    Consumer<TunnelFacts> line = accessLog.tunnel(exchange);
    TraceStart trace = exchange.trace();
    if (trace == null || !trace.decision().sampled()) {
      return new TunnelRecord(null, line);
    }
    return new TunnelRecord(spans.tunnel(exchange, trace, facts), line);
  }

  /** An exchange that lasts: shows what is known of it. */
  public void partial(Exchange exchange) {
    TraceStart trace = exchange.trace();
    if (trace != null && trace.decision().sampled()) {
      spans.partial(exchange, trace);
    }
  }
}
