package dev.headwater.gateway.demo;

import brave.Clock;
import brave.Span;
import brave.Tracing;
import brave.handler.SpanHandler;
import brave.propagation.B3Propagation;
import brave.propagation.TraceContext.Extractor;
import brave.propagation.TraceContext.Injector;
import brave.sampler.Sampler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;

/**
 * One service's own instrumentation, as an application behind an edge has it: brave, B3 in several
 * headers, new span ids on both sides of every hop, and no decision of its own (a request that
 * comes without one is not recorded, so that the edge alone begins traces).
 */
final class ServiceTracer implements AutoCloseable {
  private final Tracing tracing;
  private final Extractor<HttpServerRequest> extractor;
  private final Injector<RequestOptions> injector;

  ServiceTracer(String service, SpanHandler spans, Clock clock) {
    tracing =
        Tracing.newBuilder()
            .localServiceName(service)
            .localIp("127.0.0.1")
            .traceId128Bit(true)
            .supportsJoin(false)
            .sampler(Sampler.NEVER_SAMPLE)
            .propagationFactory(
                B3Propagation.newFactoryBuilder().injectFormat(B3Propagation.Format.MULTI).build())
            .addSpanHandler(spans)
            .clock(clock)
            .build();
    extractor = tracing.propagation().extractor(HttpServerRequest::getHeader);
    injector = tracing.propagation().injector(RequestOptions::putHeader);
  }

  /** The span of a request that came in, started. */
  Span received(HttpServerRequest request) {
    Span span = tracing.tracer().nextSpan(extractor.extract(request));
    return span.kind(Span.Kind.SERVER)
        .name(request.method().name())
        .tag("http.method", request.method().name())
        .tag("http.path", request.path())
        .start();
  }

  /** The span of a request that goes out, started, with its context in the request's headers. */
  Span sending(Span parent, RequestOptions request, String remoteService) {
    Span span = tracing.tracer().newChild(parent.context());
    span.kind(Span.Kind.CLIENT)
        .name(request.getMethod().name())
        .remoteServiceName(remoteService)
        .tag("http.method", request.getMethod().name())
        .tag("http.path", request.getURI());
    injector.inject(span.context(), request);
    return span.start();
  }

  /** Ends a span with the status that was sent or received. */
  static void finish(Span span, int status) {
    span.tag("http.status_code", Integer.toString(status));
    if (status >= 500) {
      span.tag("error", Integer.toString(status));
    }
    span.finish();
  }

  @Override
  public void close() {
    tracing.close();
  }
}
