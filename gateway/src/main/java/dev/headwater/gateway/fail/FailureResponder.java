package dev.headwater.gateway.fail;

import dev.headwater.gateway.pipeline.Bytes;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Failure;
import dev.headwater.gateway.pipeline.FieldName;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.ResponseHead;
import dev.headwater.sampling.propagation.TraceStart;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The only place that invents a response.
 *
 * <p>A failure before the response began becomes its status with a short body (JSON or plain text
 * by Accept; {@code grpc-status} for gRPC callers), with trace id and request id, never with
 * internals. A failure inside a response breaks it off, so that the client cannot take it for
 * complete.
 */
public final class FailureResponder {
  private final Function<byte[], Bytes> pieces;

  /** A responder whose bodies are made of {@code pieces}. */
  public FailureResponder(Function<byte[], Bytes> pieces) {
    this.pieces = pieces;
  }

  /** Answers, or breaks the response off. */
  public void fail(Exchange exchange, Failure why) {
    exchange.loop().metrics().failure(why.phase(), why.reason());
    if (exchange.responding()) {
      exchange.abort();
      return;
    }
    if (grpc(exchange)) {
      exchange.respond(new ResponseHead(200, 0, grpcFields(why)));
      exchange.end(null);
      return;
    }
    boolean json = wantsJson(exchange);
    String traceId = traceId(exchange);
    String text =
        json
            ? ErrorText.json(why, traceId, exchange.requestId())
            : ErrorText.plain(why, traceId, exchange.requestId());
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    Fields fields = new Fields();
    fields.add("Content-Type", json ? "application/json" : "text/plain; charset=utf-8");
    if (why.status() == 503) {
      fields.add("Retry-After", "1");
    }
    if (why.status() == 405) {
      fields.add("Allow", "GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS");
    }
    exchange.respond(new ResponseHead(why.status(), body.length, fields));
    exchange.data(pieces.apply(body));
    exchange.end(null);
  }

  private static boolean grpc(Exchange exchange) {
    String type = exchange.request().fields().get(FieldName.CONTENT_TYPE);
    return type != null && type.startsWith("application/grpc");
  }

  private static boolean wantsJson(Exchange exchange) {
    String accept = exchange.request().fields().get(FieldName.ACCEPT);
    if (accept == null) {
      return false;
    }
    int json = accept.indexOf("json");
    int text = accept.indexOf("text/");
    return json >= 0 && (text < 0 || json < text);
  }

  private static @Nullable String traceId(Exchange exchange) {
    TraceStart trace = exchange.trace();
    return trace == null ? null : trace.traceId();
  }

  private static Fields grpcFields(Failure why) {
    Fields fields = new Fields();
    fields.add("Content-Type", "application/grpc");
    fields.add("grpc-status", Integer.toString(grpcStatus(why.status())));
    fields.add("grpc-message", why.reason());
    return fields;
  }

  /** The mapping of HTTP statuses in gRPC's own documentation, and the two that it leaves open. */
  private static int grpcStatus(int status) {
    return switch (status) {
      case 400, 405, 413, 414, 417, 431 -> 13;
      case 401 -> 16;
      case 403 -> 7;
      case 404 -> 12;
      case 408, 504 -> 4;
      case 429, 502, 503 -> 14;
      default -> 2;
    };
  }
}
