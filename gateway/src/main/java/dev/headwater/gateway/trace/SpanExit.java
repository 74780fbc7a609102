package dev.headwater.gateway.trace;

import brave.Span;
import brave.handler.MutableSpan;
import brave.handler.SpanHandler;
import brave.propagation.TraceContext;
import dev.headwater.gateway.metrics.LoopMetrics;
import dev.headwater.gateway.metrics.Phase;
import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Failure;
import dev.headwater.gateway.pipeline.RequestHead;
import dev.headwater.gateway.pipeline.Timeline;
import dev.headwater.routes.Endpoint;
import dev.headwater.routes.Route;
import dev.headwater.sampling.Decision;
import dev.headwater.sampling.propagation.TraceStart;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The end of every exchange: its spans when the trace is kept, its metrics and its log line always.
 * Runs exactly once, also when the client left. Confined to one loop.
 */
public final class SpanExit implements Consumer<Exchange> {
  /** From this status on the SERVER span is an error: a 4xx is the caller's fault, not ours. */
  private static final int SERVER_ERRORS = 500;

  /** The same for CLIENT spans: there the caller is us, as brave and OpenTelemetry see it. */
  private static final int CLIENT_ERRORS = 400;

  private final SpanHandler spans;
  private final Consumer<Exchange> accessLog;
  private final SpanNames names = new SpanNames();

  /**
   * An exit.
   *
   * @param spans where finished spans go; must not block
   * @param accessLog where lines go; must not block
   */
  public SpanExit(SpanHandler spans, Consumer<Exchange> accessLog) {
    this.spans = spans;
    this.accessLog = accessLog;
  }

  @Override
  public void accept(Exchange exchange) {
    TraceStart trace = exchange.trace();
    String sampledId = null;
    if (trace != null && trace.decision().sampled()) {
      report(exchange, trace);
      sampledId = trace.traceId();
    }
    count(exchange, sampledId);
    accessLog.accept(exchange);
  }

  private static void count(Exchange exchange, @Nullable String traceId) {
    LoopMetrics metrics = exchange.loop().metrics();
    Timeline line = exchange.timeline();
    Route route = exchange.matched();
    metrics
        .route(route == null ? LoopMetrics.NO_ROUTE : route.name())
        .finished(
            exchange.method(),
            exchange.status(),
            line.ended() - line.arrived(),
            exchange.body().received(),
            exchange.responseBytes(),
            traceId);
    metrics.phase(Phase.HEAD, line.headRead() - line.arrived());
    metrics.phase(Phase.ROUTE, line.routed() - line.headRead());
    if (line.filtered() != 0) {
      metrics.phase(Phase.FILTER, line.filtered() - line.routed());
    }
    for (Attempt attempt : exchange.attempts()) {
      count(metrics, attempt);
    }
  }

  private static void count(LoopMetrics metrics, Attempt attempt) {
    if (attempt.poolWaited() != 0) {
      metrics.phase(Phase.POOL_WAIT, attempt.poolWaited() - attempt.started());
    }
    if (attempt.resolved() != 0) {
      metrics.phase(Phase.RESOLVE, attempt.resolved() - attempt.connectStarted());
    }
    if (attempt.connectStarted() != 0 && attempt.connected() != 0) {
      long start = attempt.resolved() == 0 ? attempt.connectStarted() : attempt.resolved();
      metrics.phase(Phase.CONNECT, attempt.connected() - start);
    }
    if (attempt.firstByteIn() != 0) {
      metrics.phase(Phase.FIRST_BYTE, attempt.firstByteIn() - attempt.firstByteOut());
      metrics.phase(Phase.BODY, attempt.ended() - attempt.firstByteIn());
    }
  }

  private void report(Exchange exchange, TraceStart trace) {
    Timeline line = exchange.timeline();
    long start = exchange.loop().epochMicros(line.arrived());
    MutableSpan server = server(exchange, trace, start);
    spans.end(trace.context(), server, SpanHandler.Cause.FINISHED);
    for (Attempt attempt : exchange.attempts()) {
      TraceContext context =
          trace.context().toBuilder()
              .parentId(trace.context().spanId())
              .spanId(attempt.spanId())
              .build();
      MutableSpan client = client(exchange, attempt, context, start);
      spans.end(context, client, SpanHandler.Cause.FINISHED);
    }
  }

  private MutableSpan server(Exchange exchange, TraceStart trace, long start) {
    Timeline line = exchange.timeline();
    RequestHead request = exchange.request();
    Route route = exchange.matched();
    String template = route == null ? "" : route.match().path().template();
    MutableSpan span = new MutableSpan(trace.context(), null);
    span.localServiceName(exchange.snapshot().configuration().tracing().service());
    span.kind(Span.Kind.SERVER);
    span.name(names.name(request.method(), template));
    span.startTimestamp(start);
    span.finishTimestamp(start + Math.max(1, (line.ended() - line.arrived()) / 1000));
    span.remoteIp(exchange.caller().text());
    span.remotePort(exchange.caller().port());
    span.tag(Tags.METHOD, Tags.bounded(request.method()));
    span.tag(Tags.PATH, Tags.bounded(request.path()));
    if (!request.host().isEmpty()) {
      span.tag(Tags.HOST, Tags.bounded(request.host()));
    }
    if (route != null) {
      span.tag(Tags.ROUTE, Tags.bounded(template));
      span.tag(Tags.HEADWATER_ROUTE, route.name());
    }
    if (exchange.status() != 0) {
      span.tag(Tags.STATUS, Statuses.text(exchange.status()));
    }
    if (exchange.body().received() > 0) {
      span.tag(Tags.REQUEST_SIZE, Long.toString(exchange.body().received()));
    }
    span.tag(Tags.RESPONSE_SIZE, Long.toString(exchange.responseBytes()));
    if (exchange.requestId() != null) {
      span.tag(Tags.REQUEST_ID, Tags.bounded(exchange.requestId()));
    }
    decision(span, trace);
    outcome(span, exchange.status(), SERVER_ERRORS, exchange.failure());
    return span;
  }

  private static void decision(MutableSpan span, TraceStart trace) {
    Decision decision = trace.decision();
    span.tag(Tags.RULE, decision.rule());
    span.tag(Tags.REASON, decision.reason().label());
    if (!Double.isNaN(decision.rate())) {
      span.tag(Tags.RATE, Statuses.rate(decision.rate()));
    }
    if (trace.clientTraceId() != null) {
      span.tag(Tags.CLIENT_TRACE_ID, trace.clientTraceId());
    }
    if (decision.debug()) {
      span.setDebug();
    }
  }

  private static void outcome(MutableSpan span, int status, int errors, @Nullable Failure failure) {
    if (failure != null) {
      span.tag(Tags.PHASE, failure.phase());
      // What the peer was told says it all, unless it is our fault or never arrived whole.
      if (failure.status() >= 500 || failure.status() != status) {
        span.tag(Tags.ERROR, failure.reason());
        return;
      }
    }
    if (status >= errors || status == 0) {
      span.tag(Tags.ERROR, status == 0 ? "no_response" : Statuses.text(status));
    }
  }

  private MutableSpan client(
      Exchange exchange, Attempt attempt, TraceContext context, long serverStart) {
    RequestHead request = exchange.request();
    Timeline line = exchange.timeline();
    MutableSpan span = new MutableSpan(context, null);
    span.localServiceName(exchange.snapshot().configuration().tracing().service());
    span.kind(Span.Kind.CLIENT);
    span.name(SpanNames.known(request.method()));
    // All moments are told as differences to one, and inside the SERVER span: never a span that
    // sticks out.
    Moments moments = new Moments(line.arrived(), line.ended(), serverStart);
    span.startTimestamp(moments.micros(attempt.started()));
    long ended = attempt.ended() == 0 ? line.ended() : attempt.ended();
    span.finishTimestamp(Math.max(moments.micros(attempt.started()) + 1, moments.micros(ended)));
    span.remoteServiceName(attempt.upstream().name());
    remote(span, attempt);
    span.tag(Tags.METHOD, Tags.bounded(request.method()));
    span.tag(Tags.PATH, Tags.bounded(request.path()));
    span.tag(Tags.ATTEMPT, Statuses.text(attempt.number()));
    if (attempt.retryReason() != null) {
      span.tag(Tags.RETRY_REASON, attempt.retryReason());
    }
    if (attempt.status() != 0) {
      span.tag(Tags.STATUS, Statuses.text(attempt.status()));
    }
    annotate(span, attempt, moments);
    outcome(span, attempt.status(), CLIENT_ERRORS, attempt.failure());
    if (exchange.trace() != null && exchange.trace().decision().debug()) {
      span.setDebug();
    }
    return span;
  }

  /** The peer's address; for a name that was never resolved, the endpoint as it is configured. */
  private static void remote(MutableSpan span, Attempt attempt) {
    Endpoint endpoint = attempt.endpoint();
    if (attempt.remoteAddress() != null) {
      span.remoteIp(attempt.remoteAddress());
      span.remotePort(attempt.remotePort());
    } else if (endpoint != null) {
      span.remoteIp(endpoint.host());
      if (span.remoteIp() == null) {
        span.tag(Tags.ENDPOINT, endpoint.toString());
      } else {
        span.remotePort(endpoint.port());
      }
    }
  }

  private static void annotate(MutableSpan span, Attempt attempt, Moments moments) {
    if (attempt.connectStarted() != 0) {
      span.annotate(moments.micros(attempt.connectStarted()), Tags.CONNECT_START);
      if (attempt.resolved() != 0) {
        span.annotate(moments.micros(attempt.resolved()), Tags.RESOLVED);
      }
      if (attempt.connected() != 0) {
        span.annotate(moments.micros(attempt.connected()), Tags.CONNECT_END);
      }
    } else if (attempt.poolWaited() - attempt.started() > 1_000_000) {
      span.annotate(moments.micros(attempt.poolWaited()), Tags.POOL_WAIT);
    }
    if (attempt.firstByteOut() != 0) {
      span.annotate(moments.micros(attempt.firstByteOut()), Tags.FIRST_BYTE_OUT);
    }
    if (attempt.firstByteIn() != 0) {
      span.annotate(moments.micros(attempt.firstByteIn()), Tags.FIRST_BYTE_IN);
    }
  }

  /** Moments of one exchange as microseconds since 1970, kept inside its SERVER span. */
  private record Moments(long arrived, long ended, long startMicros) {
    long micros(long nanos) {
      long inside = Math.min(Math.max(nanos, arrived), ended);
      return startMicros + (inside - arrived) / 1000;
    }
  }
}
