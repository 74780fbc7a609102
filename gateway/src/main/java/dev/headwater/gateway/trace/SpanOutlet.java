package dev.headwater.gateway.trace;

import brave.handler.SpanHandler;
import brave.handler.SpanHandler.Cause;
import brave.propagation.TraceContext;
import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Timeline;
import dev.headwater.gateway.pipeline.TunnelExit;
import dev.headwater.gateway.pipeline.TunnelFacts;
import dev.headwater.sampling.propagation.TraceStart;

/**
 * Hands the spans of an exchange over: once when it is over, and before that once more if it lasts.
 * An unfinished span has no end and goes with {@link Cause#FLUSHED}, so that whoever takes spans
 * can tell; the finished one has the same id and start. Confined to one loop.
 */
final class SpanOutlet {
  private final SpanHandler handler;
  private final ServerSpan servers = new ServerSpan();
  private final ClientSpan clients = new ClientSpan();
  private final SpanForm tunnels = new SpanForm(null, 9, 0);

  SpanOutlet(SpanHandler handler) {
    this.handler = handler;
  }

  /** The SERVER span and one CLIENT span for each attempt. */
  void finished(Exchange exchange, TraceStart trace) {
    Moments moments = moments(exchange, exchange.timeline().ended());
    handler.end(
        trace.context(), servers.finished(exchange, trace, moments.startMicros()), Cause.FINISHED);
    for (Attempt attempt : exchange.attempts()) {
      TraceContext context = ClientSpan.context(trace, attempt);
      handler.end(context, clients.finished(attempt, context, moments), Cause.FINISHED);
    }
  }

  /** The SERVER span, and the CLIENT span of the attempt that goes on. */
  void partial(Exchange exchange, TraceStart trace) {
    Moments moments = moments(exchange, exchange.loop().now());
    handler.end(
        trace.context(), servers.partial(exchange, trace, moments.startMicros()), Cause.FLUSHED);
    for (Attempt attempt : exchange.attempts()) {
      if (attempt.ended() == 0) {
        TraceContext context = ClientSpan.context(trace, attempt);
        handler.end(context, clients.partial(attempt, context, moments), Cause.FLUSHED);
      }
    }
  }

  /** The span of the tunnel that an exchange became, whose own spans were handed over. */
  TunnelExit tunnel(Exchange exchange, TraceStart trace, TunnelFacts facts) {
    return new TunnelSpan(handler, tunnels, exchange, trace, facts);
  }

  /** The start is read once: both halves of a span begin at the same moment. */
  private static Moments moments(Exchange exchange, long ended) {
    Timeline line = exchange.timeline();
    if (line.startMicros() == 0) {
      line.startMicros(exchange.loop().epochMicros(line.arrived()));
    }
    return new Moments(line.arrived(), ended, line.startMicros());
  }
}
