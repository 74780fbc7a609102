package dev.headwater.gateway.tracestore;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zipkin2.Call;
import zipkin2.Span;
import zipkin2.codec.DependencyLinkBytesEncoder;
import zipkin2.codec.SpanBytesEncoder;

/**
 * The questions of Zipkin's v2 API (zipkin-api, {@code zipkin2-api.yaml}), over the embedded store.
 * Answers are made on the store's worker; a question that cannot be read is a 400 that says why.
 */
final class ZipkinApi {
  private static final Logger LOG = LoggerFactory.getLogger(ZipkinApi.class);
  private static final int MAX_TRACES = 200;

  private final TraceStore store;
  private final TraceQuery queries;

  ZipkinApi(TraceStore store, Clock clock) {
    this.store = store;
    this.queries = new TraceQuery(clock);
  }

  void mount(Router router, String base) {
    names(router, base + "/services", c -> store.storage().getServiceNames());
    names(router, base + "/spans", c -> store.storage().getSpanNames(required(c, "serviceName")));
    names(
        router,
        base + "/remoteServices",
        c -> store.storage().getRemoteServiceNames(required(c, "serviceName")));
    names(router, base + "/autocompleteKeys", c -> store.storage().getKeys());
    names(router, base + "/autocompleteValues", c -> store.storage().getValues(required(c, "key")));
    get(router, base + "/traces", this::traces);
    get(router, base + "/traceMany", this::traceMany);
    get(router, base + "/trace/:traceId", this::trace);
    get(router, base + "/dependencies", this::dependencies);
  }

  private byte[] traces(RoutingContext context) throws Exception {
    return encode(store.storage().getTraces(queries.traces(context.queryParams())).execute());
  }

  private byte[] traceMany(RoutingContext context) throws Exception {
    Set<String> ids =
        new LinkedHashSet<>(Arrays.asList(required(context, "traceIds").split(",", -1)));
    if (ids.size() > MAX_TRACES) {
      throw new IllegalArgumentException(
          "traceIds: " + ids.size() + " ids (expected at most " + MAX_TRACES + ")");
    }
    List<String> normal = ids.stream().map(id -> Span.normalizeTraceId(id.trim())).toList();
    return encode(store.storage().getTraces(normal).execute());
  }

  private byte[] trace(RoutingContext context) throws Exception {
    String id = Span.normalizeTraceId(context.pathParam("traceId"));
    List<Span> spans = store.storage().getTrace(id).execute();
    if (spans.isEmpty()) {
      throw new NotFoundException("trace " + id + " is not in the store");
    }
    return SpanBytesEncoder.JSON_V2.encodeList(WholeSpans.of(spans));
  }

  private byte[] dependencies(RoutingContext context) throws Exception {
    TraceQuery.Range range = queries.range(context.queryParams());
    return DependencyLinkBytesEncoder.JSON_V1.encodeList(
        store.storage().getDependencies(range.endTs(), range.lookback()).execute());
  }

  private static byte[] encode(List<List<Span>> traces) {
    Buffer out = Buffer.buffer("[");
    for (int i = 0; i < traces.size(); i++) {
      out.appendString(i == 0 ? "" : ",");
      out.appendBytes(SpanBytesEncoder.JSON_V2.encodeList(WholeSpans.of(traces.get(i))));
    }
    return out.appendString("]").getBytes();
  }

  private void names(Router router, String path, NamesQuestion question) {
    get(
        router,
        path,
        context -> new JsonArray(question.ask(context).execute()).toBuffer().getBytes());
  }

  private void get(Router router, String path, Question question) {
    router.get(path).handler(context -> answer(context, () -> question.answer(context)));
  }

  private void answer(RoutingContext context, Callable<byte[]> question) {
    Future<byte[]> answer = store.ask(question);
    answer.onComplete(
        json ->
            context
                .response()
                .putHeader("content-type", "application/json")
                .putHeader("cache-control", "no-store")
                .end(Buffer.buffer(json)),
        failure -> fail(context, failure));
  }

  private static void fail(RoutingContext context, Throwable failure) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.closed()) {
      return;
    }
    if (failure instanceof IllegalArgumentException) {
      end(response, 400, failure.getMessage());
    } else if (failure instanceof NotFoundException) {
      end(response, 404, failure.getMessage());
    } else if (failure instanceof StoreBusyException || failure instanceof TimeoutException) {
      end(response.putHeader("retry-after", "1"), 503, failure.getMessage());
    } else {
      LOG.warn("the trace store failed to answer {}", context.normalizedPath(), failure);
      end(response, 500, "the trace store failed; its log says more");
    }
  }

  private static void end(HttpServerResponse response, int status, @Nullable String text) {
    var unused =
        response
            .setStatusCode(status)
            .putHeader("content-type", "text/plain; charset=utf-8")
            .end(text == null ? "" : text);
  }

  private static String required(RoutingContext context, String name) {
    String value = context.queryParams().get(name);
    if (value == null || value.isEmpty()) {
      throw new IllegalArgumentException("query parameter " + name + " is missing");
    }
    return value;
  }

  private interface Question {
    byte[] answer(RoutingContext context) throws Exception;
  }

  private interface NamesQuestion {
    Call<List<String>> ask(RoutingContext context);
  }

  /** Nothing there. Expected, so it carries no stack trace. */
  private static final class NotFoundException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotFoundException(String message) {
      super(message, null, false, false);
    }
  }
}
