package dev.headwater.gateway.forward;

import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.HopFields;
import dev.headwater.gateway.pipeline.RequestHead;
import dev.headwater.gateway.pipeline.ResponseHead;
import dev.headwater.gateway.pipeline.Upgrades;
import dev.headwater.gateway.wire.BodyReader;
import dev.headwater.gateway.wire.Framing;
import dev.headwater.gateway.wire.HeadReader;
import dev.headwater.gateway.wire.ProtocolError;
import dev.headwater.gateway.wire.StartLines;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Makes a {@link ResponseHead} of the bytes of a head, and tells the body reader what follows. */
final class ResponseReader {
  private static final int MAX_FIELDS = 256;

  private ResponseReader() {}

  /**
   * A response as read.
   *
   * @param keepAlive whether the connection can serve another request after it
   * @param upgrade the protocols that a 101 switches to, or that a 426 wants; else null
   */
  record Read(ResponseHead head, boolean keepAlive, @Nullable String upgrade) {}

  /**
   * Reads a head whose end was found.
   *
   * @param method of the request: the response to HEAD has no body
   * @param bodies begun with the body that follows, unless the head is informational
   */
  static Read read(ByteBuf in, int length, String method, BodyReader bodies) throws ProtocolError {
    byte[] data = new byte[length];
    in.readBytes(data);
    StartLines.Status line = StartLines.status(data);
    Fields fields = HeadReader.fields(data, line.end(), length - 2, MAX_FIELDS);
    int status = line.status();
    boolean keepAlive = Framing.keepsAlive(fields, line.http11());
    long said = status < 200 ? 0 : Framing.of(fields, line.http11());
    String upgrade = status == 101 || status == 426 ? Upgrades.offered(fields) : null;
    HopFields.strip(fields);
    if (status < 200) {
      return new Read(
          new ResponseHead(status, 0, fields), keepAlive, line.http11() ? upgrade : null);
    }
    if (method.equals("HEAD") || status == 204 || status == 304) {
      bodies.begin(0);
    } else if (said == Framing.UNSAID) {
      keepAlive = false;
      bodies.beginUntilClose();
    } else {
      bodies.begin(said);
    }
    long announced = status == 204 ? 0 : said == Framing.UNSAID ? RequestHead.CHUNKED : said;
    return new Read(new ResponseHead(status, announced, fields), keepAlive, upgrade);
  }
}
