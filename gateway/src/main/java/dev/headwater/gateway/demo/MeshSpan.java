package dev.headwater.gateway.demo;

import brave.Clock;
import brave.Span.Kind;
import brave.handler.MutableSpan;
import brave.handler.SpanHandler;
import brave.propagation.TraceContext;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One side of one pass through a mesh proxy, in the way of Linkerd's proxy: it takes part in a
 * trace that is there and never begins one; {@code X-B3-SpanId} is replaced, {@code
 * X-B3-ParentSpanId} is neither read nor written; only a {@code X-B3-Sampled} of exactly {@code 1}
 * records; the span ends with the head of the response, and there is none when no response came.
 */
final class MeshSpan {
  private static final String TRACE_ID = "X-B3-TraceId";
  private static final String SPAN_ID = "X-B3-SpanId";
  private static final String SAMPLED = "X-B3-Sampled";
  private static final HexFormat HEX = HexFormat.of();

  private final TraceContext context;
  private final long start;

  private MeshSpan(TraceContext context, long start) {
    this.context = context;
    this.start = start;
  }

  /** Advances the context in these headers; null when there is none or it is not recorded. */
  static @Nullable MeshSpan advance(MultiMap headers, RandomGenerator random, Clock clock) {
    @Nullable String trace = headers.get(TRACE_ID);
    @Nullable String caller = headers.get(SPAN_ID);
    if (trace == null || caller == null || !isId(trace, 32) || !isId(caller, 16)) {
      return null;
    }
    long id = nonZero(random);
    headers.set(SPAN_ID, HEX.toHexDigits(id));
    if (!"1".equals(headers.get(SAMPLED))) {
      return null;
    }
    int split = trace.length() - 16;
    TraceContext context =
        TraceContext.newBuilder()
            .traceIdHigh(split == 0 ? 0 : HexFormat.fromHexDigitsToLong(trace, 0, split))
            .traceId(HexFormat.fromHexDigitsToLong(trace, split, trace.length()))
            .parentId(HexFormat.fromHexDigitsToLong(caller))
            .spanId(id)
            .sampled(true)
            .build();
    return new MeshSpan(context, clock.currentTimeMicroseconds());
  }

  private static boolean isId(String text, int most) {
    return (text.length() == 16 || text.length() == most)
        && text.chars().allMatch(HexFormat::isHexDigit)
        && text.chars().anyMatch(digit -> digit != '0');
  }

  private static long nonZero(RandomGenerator random) {
    long id = random.nextLong();
    return id == 0 ? 1 : id;
  }

  /** Ends it at the head of a response and hands it over. */
  void end(
      Kind kind,
      MeshProxy.Place place,
      HttpServerRequest request,
      int status,
      Clock clock,
      SpanHandler spans) {
    MutableSpan span = new MutableSpan(context, null);
    span.kind(kind);
    span.name(request.path());
    span.localServiceName(place.pod() + "-proxy");
    span.localIp(ServiceServer.LOOPBACK);
    span.startTimestamp(start);
    span.finishTimestamp(clock.currentTimeMicroseconds());
    span.tag("direction", place.direction());
    span.tag("http.request.method", request.method().name());
    span.tag("url.path", request.path());
    if (request.authority() != null) {
      span.tag("server.address", request.authority().host());
    }
    span.tag("http.response.status_code", Integer.toString(status));
    spans.end(context, span, SpanHandler.Cause.FINISHED);
  }
}
