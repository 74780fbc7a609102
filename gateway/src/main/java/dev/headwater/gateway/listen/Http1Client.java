package dev.headwater.gateway.listen;

import dev.headwater.gateway.pipeline.Bytes;
import dev.headwater.gateway.pipeline.ClientStream;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.HttpVersion;
import dev.headwater.gateway.pipeline.RequestHead;
import dev.headwater.gateway.pipeline.ResponseHead;
import dev.headwater.gateway.pipeline.TunnelEnd;
import dev.headwater.gateway.wire.HeadBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the response of one exchange to an HTTP/1 client. Chooses the framing: a count where the
 * length is known, chunks for HTTP/1.1, the end of the connection for HTTP/1.0.
 */
final class Http1Client implements ClientStream {
  private final Http1Connection connection;
  private final boolean headOnly;
  private final boolean http11;
  private @Nullable Exchange exchange;
  private boolean started;
  private boolean over;
  private boolean bodiless;
  private boolean untilClose;

  Http1Client(Http1Connection connection, RequestHead request) {
    this.connection = connection;
    this.headOnly = request.method().equals("HEAD");
    this.http11 = request.version() == HttpVersion.HTTP_1_1;
  }

  void serves(Exchange served) {
    exchange = served;
  }

  @Override
  public void informational(ResponseHead head) {
    if (started || gone() || !http11) {
      return;
    }
    HeadBuffer out = connection.shared().scratch().clear().statusLine(head.status());
    out.fields(head.fields()).crlf();
    connection.writer().head(out, false);
    connection.writer().flush();
  }

  @Override
  public @Nullable TunnelEnd switched(ResponseHead head) {
    if (started || gone()) {
      return null;
    }
    started = true;
    over = true;
    HeadBuffer out = connection.shared().scratch().clear().statusLine(head.status());
    out.fields(head.fields()).crlf();
    connection.writer().head(out, false);
    return connection.switched();
  }

  @Override
  public void head(ResponseHead head) {
    if (started || gone()) {
      return;
    }
    started = true;
    bodiless = headOnly || head.bodiless();
    long length = head.bodyLength();
    boolean chunked = !bodiless && length < 0 && http11;
    untilClose = !bodiless && length < 0 && !http11;
    boolean last = connection.lastResponse() || untilClose;
    HeadBuffer out = connection.shared().scratch().clear().statusLine(head.status());
    out.fields(head.fields());
    if (chunked) {
      out.chunked();
    } else if (length >= 0 && head.status() != 204) {
      out.contentLength(length);
    }
    if (last) {
      out.connectionClose();
      if (untilClose) {
        connection.closeAfterResponse();
      }
    } else if (!http11) {
      out.connectionKeepAlive();
    }
    out.crlf();
    connection.writer().head(out, chunked);
  }

  @Override
  public void data(Bytes piece) {
    if (gone() || bodiless) {
      piece.release();
      return;
    }
    connection.writer().data(piece);
  }

  @Override
  public void flush() {
    if (!gone()) {
      connection.writer().flush();
    }
  }

  @Override
  public void end(@Nullable Fields trailers) {
    if (gone()) {
      return;
    }
    over = true;
    connection.writer().end(trailers, connection.shared().scratch());
    connection.responseWritten();
  }

  @Override
  public boolean writable() {
    return connection.writable();
  }

  @Override
  public void abort() {
    if (!gone()) {
      over = true;
      connection.abort(untilClose);
    }
  }

  @Override
  public boolean started() {
    return started;
  }

  private boolean gone() {
    return over || exchange == null || exchange.over();
  }
}
