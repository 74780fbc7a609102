package dev.headwater.gateway.trace;

import brave.Span;
import brave.handler.MutableSpan;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.RequestHead;
import dev.headwater.gateway.pipeline.Timeline;
import dev.headwater.gateway.pipeline.TlsFacts;
import dev.headwater.routes.Route;
import dev.headwater.routes.SpanPolicy;
import dev.headwater.routes.TracingPolicy;
import dev.headwater.sampling.Decision;
import dev.headwater.sampling.baggage.BaggageTag;
import dev.headwater.sampling.force.ForcePolicy;
import dev.headwater.sampling.propagation.TraceStart;
import java.util.List;

/**
 * Makes the SERVER span of an exchange from its timeline. What we know comes first, what callers
 * chose and the configuration lets in comes last and within bounds. Confined to one loop.
 */
final class ServerSpan {
  /** From this status on it is an error: a 4xx is the caller's fault, not ours. */
  private static final int ERRORS = 500;

  private final SpanNames names = new SpanNames();
  private final SpanForm form = new SpanForm(Span.Kind.SERVER, 12, 0);

  /** The span as far as it is: what later changes is left out, so that both can be merged. */
  MutableSpan partial(Exchange exchange, TraceStart trace, long start) {
    MutableSpan span = opened(exchange, trace, start);
    captured(span, exchange);
    return span;
  }

  /** The whole span. */
  MutableSpan finished(Exchange exchange, TraceStart trace, long start) {
    Timeline line = exchange.timeline();
    MutableSpan span = opened(exchange, trace, start);
    span.finishTimestamp(start + Math.max(1, (line.ended() - line.arrived()) / 1000));
    if (exchange.body().received() > 0) {
      span.tag(Tags.REQUEST_SIZE, Long.toString(exchange.body().received()));
    }
    span.tag(Tags.RESPONSE_SIZE, Long.toString(exchange.responseBytes()));
    Outcomes.tag(span, exchange.status(), ERRORS, exchange.failure());
    if (exchange.grpcStatus() != null) {
      Outcomes.tag(span, exchange.grpcStatus(), false);
    }
    captured(span, exchange);
    return span;
  }

  private MutableSpan opened(Exchange exchange, TraceStart trace, long start) {
    RequestHead request = exchange.request();
    TracingPolicy tracing = exchange.snapshot().configuration().tracing();
    SpanPolicy policy = tracing.spans();
    Route route = exchange.matched();
    String template = route == null ? "" : route.match().path().template();
    MutableSpan span = form.span(trace.context(), tracing.service());
    span.name(names.name(request.method(), template));
    span.startTimestamp(start);
    span.remoteIp(exchange.caller().text());
    span.remotePort(exchange.caller().port());
    span.tag(Tags.METHOD, SpanNames.tag(request.method()));
    span.tag(Tags.PATH, SpanTags.cut(request.path(), policy.maxTagLength()));
    if (!request.host().isEmpty()) {
      span.tag(Tags.HOST, SpanTags.cut(request.host(), policy.maxTagLength()));
    }
    if (route != null) {
      span.tag(Tags.ROUTE, SpanTags.cut(template, policy.maxTagLength()));
      span.tag(Tags.HEADWATER_ROUTE, route.name());
    }
    TlsFacts tls = exchange.session().tls();
    if (tls != null) {
      span.tag(Tags.TLS_VERSION, tls.version());
      if (tls.serverName() != null) {
        span.tag(Tags.TLS_SERVER_NAME, SpanTags.cut(tls.serverName(), policy.maxTagLength()));
      }
    }
    if (exchange.status() != 0) {
      span.tag(Tags.STATUS, Statuses.text(exchange.status()));
    }
    if (exchange.requestId() != null) {
      span.tag(Tags.REQUEST_ID, SpanTags.cut(exchange.requestId(), policy.maxTagLength()));
    }
    decision(span, trace);
    String given = exchange.trusted() ? exchange.header(CallerCommands.CLIENT_ID) : null;
    if (given != null) {
      span.tag(Tags.CLIENT_REQUEST_ID, SpanTags.cut(given, policy.maxTagLength()));
    }
    String identity = exchange.trusted() ? exchange.header(CallerCommands.MESH_CLIENT) : null;
    if (identity != null) {
      span.tag(Tags.MESH_CLIENT, SpanTags.cut(identity, policy.maxTagLength()));
    }
    return span;
  }

  private static void decision(MutableSpan span, TraceStart trace) {
    Decision decision = trace.decision();
    span.tag(Tags.RULE, decision.rule());
    span.tag(Tags.REASON, decision.reason().label());
    if (!Double.isNaN(decision.rate())) {
      span.tag(Tags.RATE, Statuses.rate(decision.rate()));
    }
    String former = trace.clientTraceId();
    if (former != null) {
      span.tag(Tags.CLIENT_TRACE_ID, former);
    }
    if (decision.debug()) {
      span.setDebug();
    }
  }

  private static void captured(MutableSpan span, Exchange exchange) {
    TracingPolicy tracing = exchange.snapshot().configuration().tracing();
    SpanPolicy policy = tracing.spans();
    SpanTags.query(span, policy, exchange.request().query());
    if (!policy.requestHeaders().isEmpty()) {
      // The loader refuses this header, but a policy set by hand may name another one later.
      ForcePolicy force = tracing.sampling().force();
      String token = force == null ? null : force.header();
      Fields request = exchange.request().fields();
      SpanTags.headers(span, policy, policy.requestHeaders(), request, token);
    }
    Fields response = exchange.responseFields();
    if (response != null) {
      SpanTags.headers(span, policy, policy.responseHeaders(), response, null);
    }
    List<BaggageTag> baggage = exchange.baggage();
    for (int i = 0; i < baggage.size(); i++) {
      SpanTags.put(span, policy, baggage.get(i).name(), baggage.get(i).value());
    }
  }
}
