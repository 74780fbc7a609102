package dev.headwater.gateway.trace;

import brave.Span;
import brave.handler.MutableSpan;
import brave.propagation.TraceContext;
import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.GrpcStatus;
import dev.headwater.gateway.pipeline.RequestHead;
import dev.headwater.routes.Endpoint;
import dev.headwater.routes.SpanPolicy;
import dev.headwater.routes.TracingPolicy;
import dev.headwater.sampling.propagation.TraceStart;

/** Makes the CLIENT span of an attempt from its times and outcome. Confined to one loop. */
final class ClientSpan {
  /**
   * From this status on it is an error: here the caller is us, as brave and OpenTelemetry see it.
   */
  private static final int ERRORS = 400;

  private final SpanForm form = new SpanForm(Span.Kind.CLIENT, 4, 2);

  /** The context of an attempt's span: a child of the SERVER span. */
  static TraceContext context(TraceStart trace, Attempt attempt) {
    return trace.context().toBuilder()
        .parentId(trace.context().spanId())
        .spanId(attempt.spanId())
        .build();
  }

  /** The span as far as it is. */
  MutableSpan partial(Attempt attempt, TraceContext context, Moments moments) {
    return opened(attempt, context, moments);
  }

  /** The whole span. */
  MutableSpan finished(Attempt attempt, TraceContext context, Moments moments) {
    MutableSpan span = opened(attempt, context, moments);
    long ended = attempt.ended() == 0 ? moments.ended() : attempt.ended();
    span.finishTimestamp(Math.max(span.startTimestamp() + 1, moments.micros(ended)));
    Outcomes.tag(span, attempt.status(), ERRORS, attempt.failure());
    GrpcStatus grpc = attempt.exchange().grpcStatus();
    if (grpc != null && attempt.failure() == null && attempt.isLast()) {
      Outcomes.tag(span, grpc, true);
    }
    return span;
  }

  private MutableSpan opened(Attempt attempt, TraceContext context, Moments moments) {
    Exchange exchange = attempt.exchange();
    RequestHead request = exchange.request();
    TracingPolicy tracing = exchange.snapshot().configuration().tracing();
    SpanPolicy policy = tracing.spans();
    MutableSpan span = form.span(context, tracing.service());
    span.name(SpanNames.known(request.method()));
    span.startTimestamp(moments.micros(attempt.started()));
    span.remoteServiceName(attempt.upstream().name());
    remote(span, attempt);
    span.tag(Tags.METHOD, SpanNames.tag(request.method()));
    span.tag(Tags.PATH, SpanTags.cut(exchange.upstreamPath(), policy.maxTagLength()));
    span.tag(Tags.ATTEMPT, Statuses.text(attempt.number()));
    if (attempt.retryReason() != null) {
      span.tag(Tags.RETRY_REASON, attempt.retryReason());
    }
    if (attempt.status() != 0) {
      span.tag(Tags.STATUS, Statuses.text(attempt.status()));
    }
    if (attempt.meshError() != null) {
      span.tag(Tags.MESH_ERROR, SpanTags.cut(attempt.meshError(), policy.maxTagLength()));
    }
    annotate(span, attempt, moments);
    if (Boolean.TRUE.equals(context.debug())) {
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
      if (attempt.tlsStarted() != 0) {
        span.annotate(moments.micros(attempt.tlsStarted()), Tags.CONNECT_END);
        span.annotate(moments.micros(attempt.tlsStarted()), Tags.TLS_START);
      }
      if (attempt.connected() != 0) {
        boolean secure = attempt.tlsStarted() != 0;
        span.annotate(
            moments.micros(attempt.connected()), secure ? Tags.TLS_END : Tags.CONNECT_END);
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
}
