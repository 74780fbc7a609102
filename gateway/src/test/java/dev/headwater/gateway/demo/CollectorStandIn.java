package dev.headwater.gateway.demo;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import zipkin2.Span;
import zipkin2.codec.SpanBytesDecoder;

/** Takes spans over the Zipkin protocol and keeps them for a test to look at. */
final class CollectorStandIn {
  private final List<Span> spans = new ArrayList<>();
  private final HttpServer server;

  CollectorStandIn(Vertx vertx) throws Exception {
    server =
        vertx
            .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(0))
            .requestHandler(
                request ->
                    request
                        .body()
                        .compose(
                            body -> {
                              add(SpanBytesDecoder.JSON_V2.decodeList(body.getBytes()));
                              return request.response().setStatusCode(202).end();
                            }));
    await(server.listen());
  }

  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.actualPort() + "/api/v2/spans");
  }

  private synchronized void add(List<Span> more) {
    spans.addAll(more);
    notifyAll();
  }

  /** All spans so far, once they satisfy a condition. */
  synchronized List<Span> when(Predicate<List<Span>> condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.test(spans)) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        throw new TimeoutException("spans so far: " + spans);
      }
      wait(left);
    }
    return List.copyOf(spans);
  }
}
