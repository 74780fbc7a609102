package dev.headwater.gateway.forward;

import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.RequestHead;
import dev.headwater.gateway.wire.HeadBuffer;

/** Serialises the head of an attempt's request as HTTP/1.1. */
final class Http1Request {
  private Http1Request() {}

  /** The head in {@code scratch}, up to its empty line. */
  static HeadBuffer head(HeadBuffer scratch, Attempt attempt) {
    Exchange exchange = attempt.exchange();
    RequestHead request = exchange.request();
    String host = attempt.upstream().host();
    HeadBuffer out =
        scratch
            .clear()
            .requestLine(
                request.method(),
                exchange.upstreamTarget(),
                host == null ? request.authority() : host);
    out.fields(exchange.outgoing());
    out.fields(attempt.injected());
    if (request.bodyLength() == RequestHead.CHUNKED) {
      out.chunked();
    } else if (request.bodyLength() > 0 || needsLength(request)) {
      out.contentLength(request.bodyLength());
    }
    return out.crlf();
  }

  /** Methods whose meaning anticipates content send a length of 0 too (RFC 9110 8.6). */
  static boolean needsLength(RequestHead request) {
    String method = request.method();
    return request.bodyLength() == 0
        && (method.equals("POST") || method.equals("PUT") || method.equals("PATCH"));
  }
}
