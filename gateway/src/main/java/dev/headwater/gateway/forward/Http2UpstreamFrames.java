package dev.headwater.gateway.forward;

import dev.headwater.gateway.wire.ProtocolError;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * Hands what an endpoint says to the stream that it is about. What breaks a rule of ours ends that
 * stream; frames of streams that are over say nothing. Confined to its loop.
 */
final class Http2UpstreamFrames extends Http2EventAdapter {
  private final Http2Upstream connection;

  Http2UpstreamFrames(Http2Upstream connection) {
    this.connection = connection;
  }

  @Override
  public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
    connection.settingsRead();
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx,
      int id,
      Http2Headers headers,
      int dependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean last)
      throws Http2Exception {
    Http2UpstreamStream stream = connection.stream(id);
    if (stream != null) {
      try {
        stream.headers(headers, last);
      } catch (ProtocolError e) {
        throw Http2Exception.streamError(id, Http2Error.PROTOCOL_ERROR, e, "%s", e.detail());
      }
    }
  }

  @Override
  public int onDataRead(ChannelHandlerContext ctx, int id, ByteBuf bytes, int padding, boolean last)
      throws Http2Exception {
    Http2UpstreamStream stream = connection.stream(id);
    if (stream == null) {
      return bytes.readableBytes() + padding;
    }
    try {
      return stream.data(bytes, last) + padding;
    } catch (ProtocolError e) {
      throw Http2Exception.streamError(id, Http2Error.PROTOCOL_ERROR, e, "%s", e.detail());
    }
  }

  @Override
  public void onRstStreamRead(ChannelHandlerContext ctx, int id, long code) {
    Http2UpstreamStream stream = connection.stream(id);
    if (stream != null) {
      stream.wasReset(code);
    }
  }

  @Override
  public void onGoAwayRead(ChannelHandlerContext ctx, int last, long code, ByteBuf debug) {
    connection.goingAway(last);
  }

  @Override
  public void onStreamClosed(Http2Stream closed) {
    connection.closed(closed);
  }
}
