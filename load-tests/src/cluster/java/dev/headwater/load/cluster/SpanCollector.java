package dev.headwater.load.cluster;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import zipkin2.Span;
import zipkin2.codec.SpanBytesDecoder;

/** A Zipkin collector at its usual port, which keeps what it takes. */
final class SpanCollector {
  private static final int PORT = 9411;

  private final String address;
  private final List<Span> spans = new ArrayList<>();

  SpanCollector(Vertx vertx) {
    address = ServiceNetwork.address();
    vertx
        .createHttpServer()
        .requestHandler(this::receive)
        .listen(PORT, address)
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }

  String address() {
    return address;
  }

  private void receive(HttpServerRequest request) {
    var unused =
        request
            .body()
            .onSuccess(
                body -> {
                  take(request, body.getBytes());
                  var done = request.response().setStatusCode(202).end();
                });
  }

  private synchronized void take(HttpServerRequest request, byte[] body) {
    byte[] plain = "gzip".equals(request.getHeader("content-encoding")) ? gunzip(body) : body;
    boolean json = String.valueOf(request.getHeader("content-type")).contains("json");
    spans.addAll((json ? SpanBytesDecoder.JSON_V2 : SpanBytesDecoder.PROTO3).decodeList(plain));
  }

  private static byte[] gunzip(byte[] body) {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Spans taken so far, by their trace. */
  synchronized Map<String, List<Span>> traces() {
    return spans.stream().collect(Collectors.groupingBy(Span::traceId));
  }
}
