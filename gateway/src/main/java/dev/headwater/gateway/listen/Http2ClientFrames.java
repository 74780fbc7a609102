package dev.headwater.gateway.listen;

import dev.headwater.gateway.wire.HeaderBlock;
import dev.headwater.gateway.wire.Http2Fields;
import dev.headwater.gateway.wire.Http2Guard;
import dev.headwater.gateway.wire.ProtocolError;
import dev.headwater.routes.ListenerPolicy;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;

/**
 * What the frames of one client's connection come to: requests begin, their bodies go on, and what
 * carries no message is counted against a {@link Http2Guard}. Confined to the connection's loop.
 */
final class Http2ClientFrames extends Http2EventAdapter {
  private final Http2ClientConnection connection;
  private final ListenerPolicy policy;
  private final Http2Guard guard;
  private final List<Http2Client> uploading = new ArrayList<>();
  private int lastReset;

  Http2ClientFrames(Http2ClientConnection connection, long now) {
    this.connection = connection;
    this.policy = connection.policy();
    this.guard = new Http2Guard(policy.http2().controlFrames(), now);
  }

  /** Lets what came of requests' bodies leave. */
  void flushUploads() {
    for (int i = 0; i < uploading.size(); i++) {
      uploading.get(i).flushUpload();
    }
    uploading.clear();
  }

  /** A frame of a message came or went. */
  void earn() {
    guard.earn();
  }

  /** Whether one more frame without a message may come. */
  boolean spend() {
    return guard.spend(connection.lastRead());
  }

  /** Whether the client has just given the stream up. */
  boolean wasReset(Http2Stream stream) {
    return stream.id() == lastReset;
  }

  private void control() throws Http2Exception {
    guard.check(connection.lastRead());
  }

  private static Http2Exception malformed(int streamId, ProtocolError error) {
    return Http2Exception.streamError(
        streamId, Http2Error.PROTOCOL_ERROR, error, "%s", error.detail());
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx,
      int streamId,
      Http2Headers headers,
      int dependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean endOfStream)
      throws Http2Exception {
    onHeadersRead(ctx, streamId, headers, padding, endOfStream);
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx,
      int streamId,
      Http2Headers headers,
      int padding,
      boolean endOfStream)
      throws Http2Exception {
    earn();
    Http2Stream stream = connection.connection().stream(streamId);
    Http2Client known = connection.client(stream);
    if (connection.failed()) {
      return;
    }
    if (known == null && connection.connection().numActiveStreams() > policy.http2().streams()) {
      throw Http2Exception.streamError(
          streamId, Http2Error.REFUSED_STREAM, "more than %d at once", policy.http2().streams());
    }
    try {
      if (known != null) {
        known.lastBlock(Http2Fields.trailers(headers));
        return;
      }
      HeaderBlock block =
          Http2Fields.block(
              HeaderBlock.Kind.REQUEST,
              headers,
              policy.limits().headBytes(),
              policy.limits().fields());
      CheckedRequest request = RequestCheck.http2(block, endOfStream, connection.policy());
      Http2Client client = new Http2Client(connection, stream, request);
      connection.begin(stream, client);
      client.begin(endOfStream);
    } catch (ProtocolError e) {
      throw malformed(streamId, e);
    }
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream)
      throws Http2Exception {
    if (!data.isReadable() && !endOfStream) {
      control();
    } else {
      earn();
    }
    Http2Client client = connection.client(connection.connection().stream(streamId));
    if (client == null) {
      return data.readableBytes() + padding;
    }
    uploading.add(client);
    return padding + client.data(data, endOfStream);
  }

  @Override
  public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
    lastReset = streamId;
    connection.shared().loop().metrics().clientReset();
  }

  @Override
  public void onPriorityRead(
      ChannelHandlerContext ctx, int streamId, int dependency, short weight, boolean exclusive)
      throws Http2Exception {
    control();
  }

  @Override
  public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings)
      throws Http2Exception {
    control();
  }

  @Override
  public void onSettingsAckRead(ChannelHandlerContext ctx) throws Http2Exception {
    connection.makeRoomToRefuse();
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
  public void onWindowUpdateRead(ChannelHandlerContext ctx, int streamId, int increment)
      throws Http2Exception {
    control();
  }
}
