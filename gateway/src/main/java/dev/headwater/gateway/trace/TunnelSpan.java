package dev.headwater.gateway.trace;

import brave.handler.MutableSpan;
import brave.handler.SpanHandler;
import brave.handler.SpanHandler.Cause;
import brave.propagation.TraceContext;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Timeline;
import dev.headwater.gateway.pipeline.TunnelExit;
import dev.headwater.gateway.pipeline.TunnelFacts;
import dev.headwater.gateway.pipeline.TunnelFacts.Closer;
import dev.headwater.routes.TracingPolicy;
import dev.headwater.sampling.propagation.TraceStart;
import org.jspecify.annotations.Nullable;

/**
 * The span of one tunnel: a child of the SERVER span of its handshake, from the switch to the end
 * of both connections. It has no kind, since no request passes through it that we could tell.
 * Confined to one loop.
 */
final class TunnelSpan implements TunnelExit {
  /** Registered codes of RFC 6455 7.4.1 that say that something went wrong, and where they end. */
  private static final int FIRST_ERROR = 1002;

  private static final int LAST_ERROR = 1015;

  /** What a bounded set of names calls a tunnel of any other protocol. */
  private static final String TUNNEL = "tunnel";

  private final SpanHandler handler;
  private final SpanForm form;
  private final TraceContext context;
  private final String service;
  private final String protocol;
  private final @Nullable String route;
  private final long start;

  /**
   * The span of a tunnel that opens now.
   *
   * @param trace of an exchange whose spans were handed over
   */
  TunnelSpan(
      SpanHandler handler, SpanForm form, Exchange exchange, TraceStart trace, TunnelFacts facts) {
    this.handler = handler;
    this.form = form;
    this.context =
        trace.context().toBuilder()
            .parentId(trace.context().spanId())
            .spanId(id(exchange))
            .shared(false)
            .build();
    TracingPolicy tracing = exchange.snapshot().configuration().tracing();
    this.service = tracing.service();
    this.protocol = SpanTags.cut(facts.protocol(), tracing.spans().maxTagLength());
    this.route = exchange.route();
    Timeline line = exchange.timeline();
    this.start = line.startMicros() + (facts.opened() - line.arrived()) / 1000;
  }

  private static long id(Exchange exchange) {
    long id = exchange.loop().random().nextLong();
    return id == 0 ? 1 : id;
  }

  @Override
  public void partial(TunnelFacts facts) {
    handler.end(context, opened(facts), Cause.FLUSHED);
  }

  @Override
  public void ended(TunnelFacts facts) {
    MutableSpan span = opened(facts);
    span.finishTimestamp(start + Math.max(1, (facts.ended() - facts.opened()) / 1000));
    span.tag(Tags.BYTES_UP, Long.toString(facts.bytesUp()));
    span.tag(Tags.BYTES_DOWN, Long.toString(facts.bytesDown()));
    if (facts.webSocket()) {
      span.tag(Tags.FRAMES_UP, Long.toString(facts.framesUp()));
      span.tag(Tags.FRAMES_DOWN, Long.toString(facts.framesDown()));
      span.tag(Tags.CLOSE_CODE, Integer.toString(facts.closeCode()));
    }
    Closer closer = facts.closer();
    if (closer != null) {
      span.tag(Tags.CLOSED_BY, closer.label());
    }
    String error = error(facts);
    if (error != null) {
      span.tag(Tags.ERROR, error);
    }
    handler.end(context, span, Cause.FINISHED);
  }

  /** What no longer changes; the rest is left out, so that both halves can be merged. */
  private MutableSpan opened(TunnelFacts facts) {
    MutableSpan span = form.span(context, service);
    span.name(facts.webSocket() ? TunnelFacts.WEBSOCKET : TUNNEL);
    span.startTimestamp(start);
    span.tag(Tags.PROTOCOL, protocol);
    if (route != null) {
      span.tag(Tags.HEADWATER_ROUTE, route);
    }
    return span;
  }

  private static @Nullable String error(TunnelFacts facts) {
    if (facts.error() != null) {
      return facts.error();
    }
    int code = facts.closeCode();
    boolean wrong = code >= FIRST_ERROR && code <= LAST_ERROR && code != TunnelFacts.NO_CODE;
    return wrong ? Integer.toString(code) : null;
  }
}
