package dev.headwater.gateway.tracestore;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import zipkin2.Span;
import zipkin2.codec.SpanBytesDecoder;

/**
 * Takes spans of others: {@code POST /api/v2/spans} in JSON or PROTO3, plain or gzip. Bodies are
 * bounded before and after they are unpacked; answers are a collector's: 202 taken, 400 unreadable,
 * 413 too large, 415 another content, 503 busy.
 */
final class SpanIntake {
  static final int MAX_BODY = 5 * 1024 * 1024;

  private final TraceStore store;

  SpanIntake(TraceStore store) {
    this.store = store;
  }

  void mount(Router router, String path) {
    router.post(path).handler(this::read);
  }

  private void read(RoutingContext context) {
    HttpServerRequest request = context.request();
    Buffer body = Buffer.buffer();
    request.handler(
        chunk -> {
          if (body.length() + chunk.length() > MAX_BODY) {
            request.handler(null).endHandler(null);
            tooLarge(context);
          } else {
            body.appendBuffer(chunk);
          }
        });
    request.endHandler(end -> keep(context, body.getBytes()));
    request.resume();
  }

  /** What is still to come is not read: the connection cannot be used again. */
  private static void tooLarge(RoutingContext context) {
    var unused =
        context
            .response()
            .setStatusCode(413)
            .putHeader(HttpHeaders.CONNECTION, "close")
            .end("body larger than " + MAX_BODY + " bytes")
            .onComplete(sent -> context.request().connection().close());
  }

  private void keep(RoutingContext context, byte[] body) {
    String encoding = context.request().getHeader("content-encoding");
    String type = context.request().getHeader("content-type");
    store
        .ask(
            () -> {
              List<Span> spans = decode(type, BoundedGzip.unpack(encoding, body, MAX_BODY));
              store.accept(spans);
              return spans.size();
            })
        .onComplete(taken -> end(context, 202, null), failure -> fail(context, failure));
  }

  private static void fail(RoutingContext context, Throwable failure) {
    if (failure instanceof BoundedGzip.TooLargeException) {
      end(context, 413, failure.getMessage());
    } else if (failure instanceof UnsupportedOperationException) {
      end(context, 415, failure.getMessage());
    } else if (failure instanceof StoreBusyException || failure instanceof TimeoutException) {
      context.response().putHeader("retry-after", "1");
      end(context, 503, failure.getMessage());
    } else {
      end(context, 400, "cannot read spans: " + failure.getMessage());
    }
  }

  private static List<Span> decode(@Nullable String contentType, byte[] message) {
    if (message.length == 0) {
      throw new IllegalArgumentException("the body is empty");
    }
    List<Span> spans = new ArrayList<>();
    decoder(contentType).decodeList(message, spans);
    return spans;
  }

  private static SpanBytesDecoder decoder(@Nullable String contentType) {
    String type = contentType == null ? "" : contentType.toLowerCase(Locale.ROOT);
    if (type.startsWith("application/x-protobuf") || type.startsWith("application/protobuf")) {
      return SpanBytesDecoder.PROTO3;
    }
    if (type.isEmpty() || type.startsWith("application/json")) {
      return SpanBytesDecoder.JSON_V2;
    }
    throw new UnsupportedOperationException(
        "content-type: " + contentType + " (expected application/json or application/x-protobuf)");
  }

  private static void end(RoutingContext context, int status, @Nullable String text) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(status);
    var unused =
        text == null
            ? response.end()
            : response.putHeader("content-type", "text/plain; charset=utf-8").end(text);
  }
}
