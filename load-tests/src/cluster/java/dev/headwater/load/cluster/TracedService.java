package dev.headwater.load.cluster;

import brave.Span;
import brave.Tracing;
import brave.propagation.TraceContext.Extractor;
import brave.propagation.TraceContext.Injector;
import brave.propagation.TraceContextOrSamplingFlags;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import zipkin2.reporter.brave.AsyncZipkinSpanHandler;

/**
 * A service that traces itself as brave does where nothing is configured: B3, a SERVER span that
 * shares the caller's CLIENT span, all traces kept that come without a decision. Keeps the head of
 * each request by its path.
 */
final class TracedService implements AutoCloseable {
  private static final int PORT = 8080;

  private final String address = ServiceNetwork.address();
  private final Map<String, MultiMap> heads = new ConcurrentHashMap<>();
  private final AsyncZipkinSpanHandler reporter;
  private final Tracing tracing;
  private final Extractor<HttpServerRequest> extractor;
  private final Injector<MultiMap> injector;
  private final HttpClient client;
  private final @Nullable TracedService next;

  private TracedService(Vertx vertx, String name, URI spans, @Nullable TracedService next) {
    reporter =
        AsyncZipkinSpanHandler.newBuilder(new SpanPost(spans))
            .messageTimeout(500, TimeUnit.MILLISECONDS)
            .build();
    tracing =
        Tracing.newBuilder()
            .localServiceName(name)
            .localIp(address)
            .addSpanHandler(reporter)
            .build();
    extractor = tracing.propagation().extractor(HttpServerRequest::getHeader);
    injector = tracing.propagation().injector(MultiMap::set);
    client = vertx.createHttpClient();
    this.next = next;
  }

  /**
   * One that listens, with its Service and its EndpointSlice.
   *
   * @param spans where it posts its spans
   * @param next which it asks before it answers, or null
   */
  static TracedService start(
      Cluster cluster, String namespace, String name, URI spans, @Nullable TracedService next) {
    TracedService service = new TracedService(cluster.vertx(), name, spans, next);
    cluster
        .vertx()
        .createHttpServer()
        .requestHandler(service::receive)
        .listen(PORT, service.address)
        .toCompletionStage()
        .toCompletableFuture()
        .join();
    cluster.create(
        KubeObjects.service(namespace, name, PORT),
        KubeObjects.slice(namespace, name, "1", PORT, List.of(service.address)));
    return service;
  }

  private void receive(HttpServerRequest request) {
    heads.put(request.path(), request.headers());
    TraceContextOrSamplingFlags extracted = extractor.extract(request);
    Span span =
        extracted.context() == null
            ? tracing.tracer().nextSpan(extracted)
            : tracing.tracer().joinSpan(extracted.context());
    span.kind(Span.Kind.SERVER).name("get").tag("http.path", request.path()).start();
    var unused =
        asked(span, request.path())
            .onComplete(
                answer -> {
                  int status = answer.succeeded() ? answer.result() : 502;
                  var sent = request.response().setStatusCode(status).end();
                  span.finish();
                });
  }

  /** The status of the next service. */
  private Future<Integer> asked(Span parent, String path) {
    if (next == null) {
      return Future.succeededFuture(200);
    }
    Span span = tracing.tracer().newChild(parent.context()).kind(Span.Kind.CLIENT).name("get");
    MultiMap fields = MultiMap.caseInsensitiveMultiMap();
    injector.inject(span.context(), fields);
    span.start();
    return client
        .request(
            new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost(next.address)
                .setPort(PORT)
                .setURI(path)
                .setHeaders(fields))
        .compose(request -> request.send())
        .compose(response -> response.end().map(response.statusCode()))
        .onComplete(done -> span.finish());
  }

  /** The head of the request that came for a path. */
  MultiMap head(String path) {
    return Objects.requireNonNull(heads.get(path), path);
  }

  @Override
  public void close() {
    tracing.close();
    reporter.close();
  }
}
