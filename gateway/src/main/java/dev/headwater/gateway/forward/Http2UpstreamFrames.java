package dev.headwater.gateway.forward;

import dev.headwater.gateway.wire.Http2Guard;
import dev.headwater.gateway.wire.ProtocolError;
import dev.headwater.routes.Http2Policy;
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
 * stream; frames of streams that are over say nothing, and count with all others that carry no
 * message: too many of them end the connection. Confined to its loop.
 */
final class Http2UpstreamFrames extends Http2EventAdapter {
  /** Frames without a message within twenty seconds, as for clients. */
  private static final int CONTROL_FRAMES = Http2Policy.DEFAULT.controlFrames();

  private final Http2Upstream connection;
  private final Http2Guard guard;

  Http2UpstreamFrames(Http2Upstream connection) {
    this.connection = connection;
    this.guard = new Http2Guard(CONTROL_FRAMES, connection.now());
  }

  /** A frame of a message came or went. */
  void earn() {
    guard.earn();
  }

  private void control() throws Http2Exception {
    guard.check(connection.now());
  }

  @Override
  public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings)
      throws Http2Exception {
    control();
    connection.settingsRead();
  }

  @Override
  public void onSettingsAckRead(ChannelHandlerContext ctx) throws Http2Exception {
    control();
  }

  @Override
  public void onPingRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
    control();
  }

  @Override
  public void onPingAckRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
    control();
  }

  @Override
  public void onPriorityRead(
      ChannelHandlerContext ctx, int id, int dependency, short weight, boolean exclusive)
      throws Http2Exception {
    control();
  }

  @Override
  public void onWindowUpdateRead(ChannelHandlerContext ctx, int id, int increment)
      throws Http2Exception {
    control();
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
    earn();
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
    if (!bytes.isReadable() && !last) {
      control();
    } else {
      earn();
    }
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
