package dev.headwater.gateway.accesslog;

import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Failure;
import dev.headwater.gateway.pipeline.FieldName;
import dev.headwater.gateway.pipeline.HttpVersion;
import dev.headwater.gateway.pipeline.TunnelFacts;
import dev.headwater.gateway.pipeline.TunnelFacts.Closer;
import dev.headwater.routes.Route;
import dev.headwater.sampling.Decision;
import dev.headwater.sampling.propagation.TraceStart;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a line says about a request, taken over from its exchange at the end.
 *
 * @param time end of the request, microseconds since 1970
 * @param durationMicros arrival to last byte
 * @param rate in force for the sampling decision; NaN where none was asked
 * @param tunnel what a request became that switched protocols, or null
 * @param closeCode of a WebSocket; 0 where none is known
 */
record AccessEntry(
    long time,
    long durationMicros,
    String client,
    String method,
    String target,
    HttpVersion version,
    String host,
    int status,
    long requestBytes,
    long responseBytes,
    @Nullable String route,
    @Nullable String upstream,
    @Nullable String endpoint,
    int attempts,
    @Nullable String phase,
    @Nullable String reason,
    @Nullable String requestId,
    @Nullable String traceId,
    @Nullable String spanId,
    boolean sampled,
    @Nullable String rule,
    @Nullable String decisionReason,
    double rate,
    @Nullable String referer,
    @Nullable String userAgent,
    @Nullable String tunnel,
    int closeCode,
    @Nullable String closedBy) {

  static AccessEntry of(Exchange exchange) {
    long arrived = exchange.timeline().arrived();
    long ended = exchange.timeline().ended();
    List<Attempt> attempts = exchange.attempts();
    Attempt last = attempts.isEmpty() ? null : attempts.get(attempts.size() - 1);
    Route route = exchange.matched();
    TraceStart trace = exchange.trace();
    Decision decision = trace == null ? null : trace.decision();
    Failure failure = exchange.failure();
    return new AccessEntry(
        exchange.loop().epochMicros(ended),
        (ended - arrived) / 1000,
        exchange.caller().text(),
        exchange.method(),
        exchange.request().path(),
        exchange.request().version(),
        exchange.host(),
        exchange.status(),
        exchange.body().received(),
        exchange.responseBytes(),
        route == null ? null : route.name(),
        last == null ? null : last.upstream().name(),
        last == null || last.endpoint() == null ? null : last.endpoint().toString(),
        attempts.size(),
        failure == null ? null : failure.phase(),
        failure == null ? null : failure.reason(),
        exchange.requestId(),
        trace == null ? null : trace.traceId(),
        trace == null ? null : trace.spanId(),
        decision != null && decision.sampled(),
        decision == null ? null : decision.rule(),
        decision == null ? null : decision.reason().label(),
        decision == null ? Double.NaN : decision.rate(),
        exchange.request().fields().get(FieldName.REFERER),
        exchange.request().fields().get(FieldName.USER_AGENT),
        null,
        0,
        null);
  }

  /** The same as the line of a tunnel that is over: it is about all of it, not its handshake. */
  AccessEntry ended(TunnelFacts facts) {
    long lastedMicros = (facts.ended() - facts.opened()) / 1000;
    Closer closer = facts.closer();
    return new AccessEntry(
        time + lastedMicros,
        durationMicros + lastedMicros,
        client,
        method,
        target,
        version,
        host,
        status,
        requestBytes + facts.bytesUp(),
        responseBytes + facts.bytesDown(),
        route,
        upstream,
        endpoint,
        attempts,
        phase,
        facts.error() == null ? reason : facts.error(),
        requestId,
        traceId,
        spanId,
        sampled,
        rule,
        decisionReason,
        rate,
        referer,
        userAgent,
        facts.kind(),
        facts.closeCode(),
        closer == null ? null : closer.label());
  }
}
