package dev.headwater.gateway.forward;

import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.HopFields;
import dev.headwater.gateway.pipeline.RequestHead;
import dev.headwater.gateway.pipeline.ResponseHead;
import dev.headwater.gateway.wire.Framing;
import dev.headwater.gateway.wire.HeaderBlock;
import dev.headwater.gateway.wire.Http2Fields;
import dev.headwater.gateway.wire.ProtocolError;
import io.netty.handler.codec.http2.Http2Headers;

/** Makes a {@link ResponseHead} of a header block (RFC 9113 8.3.2). */
final class Http2Response {
  /** Most bytes of a head, counted as the peer is told: with 32 for each field (RFC 9113 6.5.2). */
  static final int MAX_HEAD = 64 << 10;

  private static final int MAX_FIELDS = 256;

  private Http2Response() {}

  /**
   * Reads a head.
   *
   * @param method of the request: the response to HEAD has no body
   * @param last whether nothing follows it
   */
  static ResponseHead head(Http2Headers headers, String method, boolean last) throws ProtocolError {
    HeaderBlock block = Http2Fields.block(HeaderBlock.Kind.RESPONSE, headers, MAX_HEAD, MAX_FIELDS);
    ProtocolError excess = block.excess();
    if (excess != null) {
      throw excess;
    }
    int status = code(block.status());
    Fields fields = block.fields();
    long said = status < 200 ? 0 : Framing.of(fields, true);
    HopFields.strip(fields);
    if (status < 200 || status == 204) {
      return new ResponseHead(status, 0, fields);
    }
    boolean bodiless = method.equals("HEAD") || status == 304;
    if (last && !bodiless) {
      if (said > 0) {
        throw new ProtocolError(502, "response_head", "a body that was announced does not come");
      }
      return new ResponseHead(status, 0, fields);
    }
    return new ResponseHead(status, said == Framing.UNSAID ? RequestHead.CHUNKED : said, fields);
  }

  private static int code(String text) throws ProtocolError {
    int code = 0;
    for (int i = 0; text.length() == 3 && i < 3; i++) {
      int digit = text.charAt(i) - '0';
      code = digit < 0 || digit > 9 ? -1000 : code * 10 + digit;
    }
    if (code < 100 || code > 599) {
      throw new ProtocolError(502, "response_head", "a response has no :status from 100 to 599");
    }
    return code;
  }
}
