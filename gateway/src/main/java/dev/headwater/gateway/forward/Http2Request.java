package dev.headwater.gateway.forward;

import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.RequestHead;
import dev.headwater.gateway.wire.Http2Fields;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;

/** Makes the header list of an attempt's request (RFC 9113 8.3.1). */
final class Http2Request {
  private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
  private static final AsciiString HTTP = AsciiString.cached("http");
  private static final AsciiString HTTPS = AsciiString.cached("https");

  /** Pseudo-header fields, the length, and what filters and tracing commonly add. */
  private static final int EXPECTED = 32;

  private Http2Request() {}

  static Http2Headers headers(Attempt attempt) {
    Exchange exchange = attempt.exchange();
    RequestHead request = exchange.request();
    String host = attempt.upstream().host();
    String authority = host == null ? request.authority() : host;
    Http2Headers headers =
        Http2Fields.unchecked(EXPECTED)
            .method(new AsciiString(request.method()))
            .scheme(attempt.requireEndpoint().protocol().secure() ? HTTPS : HTTP)
            .path(new AsciiString(exchange.upstreamTarget()));
    if (!authority.isEmpty()) {
      headers.authority(new AsciiString(authority));
    }
    Http2Fields.write(exchange.outgoing(), headers);
    Http2Fields.write(attempt.injected(), headers);
    if (request.bodyLength() > 0 || Http1Request.needsLength(request)) {
      headers.add(CONTENT_LENGTH, new AsciiString(Long.toString(request.bodyLength())));
    }
    return headers;
  }
}
