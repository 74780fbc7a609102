package dev.headwater.gateway.listen;

import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.wire.HeadReader;
import dev.headwater.gateway.wire.ProtocolError;
import dev.headwater.gateway.wire.StartLines;
import dev.headwater.routes.ListenerPolicy;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Takes the bytes of an HTTP/1 head apart. What cannot be read at all is a {@link ProtocolError};
 * whether the rest is served is for {@link RequestCheck} to say.
 */
final class RequestReader {
  private static final long HTTP11 = 0x485454502f312e31L;
  private static final long HTTP10 = 0x485454502f312e30L;

  private RequestReader() {}

  static CheckedRequest read(ByteBuf in, int length, ListenerPolicy policy) throws ProtocolError {
    byte[] data = new byte[length];
    in.readBytes(data);
    StartLines.Request line = StartLines.request(data);
    Fields fields = HeadReader.fields(data, line.end(), length - 2, policy.limits().fields());
    return RequestCheck.http1(line, fields, policy);
  }

  /** Refuses, before the head is complete, what is no HTTP/1.0 or HTTP/1.1 request. */
  static void check(ByteBuf in, int from, int to) throws ProtocolError {
    if (to - from >= 14 && in.getByte(to - 9) == ' ') {
      long version = in.getLong(to - 8);
      if (version == HTTP11 || version == HTTP10) {
        return;
      }
    }
    StartLines.checkRequest(in.toString(from, to - from, StandardCharsets.ISO_8859_1));
  }
}
