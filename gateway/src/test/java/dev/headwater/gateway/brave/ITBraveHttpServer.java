package dev.headwater.gateway.brave;

import brave.handler.SpanHandler.Cause;
import brave.propagation.SamplingFlags;
import brave.sampler.Sampler;
import brave.test.http.ITHttpServer;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Brave's contract of an HTTP server against a listener: trusted callers, and answers that routes
 * give themselves. What a case asks of brave's tracing is said in configuration: {@code
 * NEVER_SAMPLE} is {@code rate: 0}.
 *
 * <p>Not applicable, and what tests the idea instead:
 *
 * <table>
 * <caption>Cases left out</caption>
 * <tr><th>case<th>because<th>instead
 * <tr><td>reusesPropagatedSpanId, readsBaggage_existingTrace<td>an edge never joins a caller's span
 * <td>{@link ITServerSpans#trustedContext_isContinuedByAChild}, and createsChildWhenJoinDisabled
 * <tr><td>readsBaggage_newTrace, readsBaggage_unsampled<td>the endpoint is application code
 * <td>{@link ITServerSpans#baggageOfAnApplication_passesThrough}
 * <tr><td>customSampler<td>a sampler function inside the server
 * <td>{@link ITServerSpans#routeOfRateZero_isNotReported}
 * <tr><td>createsChildSpan, childCompletesBeforeServer<td>the child is application code
 * <td>{@link ITServerSpans#attempt_isAChildWithinItsServerSpan}
 * <tr><td>readsRequestAtResponseTime, supportsPortableCustomization<td>parsers inside the server
 * <td>{@link ITServerSpans#serverSpan_tellsRequestAndResponse}
 * <tr><td>httpRoute, httpRoute_nested, httpRoute_async<td>the endpoint answers with a part of the
 * path, and a parser tags the URL with its query, which we never record
 * <td>{@link ITServerSpans#spanName_isTheRoutesTemplate}
 * <tr><td>notFound, addsStatusCode_badRequest<td>a 4xx is the caller's error, not the server's, so
 * the span has no tag {@code error}; it has more tags than four
 * <td>{@link ITServerSpans#clientsError_isNoErrorOfTheServer}
 * <tr><td>setsErrorAndHttpStatusOnUncaughtException and _async, spanHandlerSeesError and _async
 * <td>an exception of application code, seen by a handler inside the server
 * <td>{@link ITServerSpans#failure_isTaggedWithItsPhase}
 * </table>
 */
class ITBraveHttpServer extends ITHttpServer {
  private final ConfiguredEdge edge =
      new ConfiguredEdge(
          span -> testSpanHandler.end(newTraceContext(SamplingFlags.EMPTY), span, Cause.FINISHED));

  /** Stops the gateway before the suite looks for spans left over: stopping flushes. */
  @RegisterExtension final Flushed flushed = new Flushed(edge);

  @Override
  protected void init() throws IOException {
    boolean never = httpTracing.tracing().sampler() == Sampler.NEVER_SAMPLE;
    edge.start(
        """
        routes:
          - {name: foo, match: {path: {exact: /foo}}, filters: [{respond: {status: 200, body: foo}}]}
          - {name: async, match: {path: {exact: /async}}, filters: [{respond: {status: 200, body: async}}]}
          - {name: root, match: {path: {exact: /}, methods: [OPTIONS]}, filters: [{respond: {status: 204}}]}
          - {name: fails, match: {path: {exact: /exception}}, filters: [{respond: {status: 503, body: no}}]}
          - {name: fails-async, match: {path: {exact: /exceptionAsync}}, filters: [{respond: {status: 503, body: no}}]}
        """,
        never ? "0" : "1");
  }

  @Override
  protected String url(String path) {
    return edge.url(path);
  }

  @AfterEach
  void closeEdge() {
    edge.close();
  }

  @Override
  @Test
  @Disabled("an edge never joins")
  protected void reusesPropagatedSpanId() {}

  @Override
  @Test
  @Disabled("the endpoint is application code")
  protected void readsBaggage_newTrace() {}

  @Override
  @Test
  @Disabled("the endpoint is application code")
  protected void readsBaggage_unsampled() {}

  @Override
  @Test
  @Disabled("an edge never joins")
  protected void readsBaggage_existingTrace() {}

  @Override
  @Test
  @Disabled("a sampler inside the server")
  protected void customSampler() {}

  @Override
  @Test
  @Disabled("the child is application code")
  protected void createsChildSpan() {}

  @Override
  @Test
  @Disabled("the child is application code")
  protected void childCompletesBeforeServer() {}

  @Override
  @Test
  @Disabled("a parser inside the server")
  protected void readsRequestAtResponseTime() {}

  @Override
  @Test
  @Disabled("a parser inside the server")
  protected void supportsPortableCustomization() {}

  @Override
  @Test
  @Disabled("the endpoint is application code")
  protected void httpRoute() {}

  @Override
  @Test
  @Disabled("the endpoint is application code")
  protected void httpRoute_nested() {}

  @Override
  @Test
  @Disabled("the endpoint is application code")
  protected void httpRoute_async() {}

  @Override
  @Test
  @Disabled("a 4xx is no error of the server")
  protected void notFound() {}

  @Override
  @Test
  @Disabled("a 4xx is no error of the server")
  protected void addsStatusCode_badRequest() {}

  @Override
  @Test
  @Disabled("an exception of application code")
  protected void setsErrorAndHttpStatusOnUncaughtException() {}

  @Override
  @Test
  @Disabled("an exception of application code")
  protected void setsErrorAndHttpStatusOnUncaughtException_async() {}

  @Override
  @Test
  @Disabled("a handler inside the server")
  protected void spanHandlerSeesError() {}

  @Override
  @Test
  @Disabled("a handler inside the server")
  protected void spanHandlerSeesError_async() {}
}
