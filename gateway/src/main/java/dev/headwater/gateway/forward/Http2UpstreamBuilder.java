package dev.headwater.gateway.forward;

import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import io.netty.util.AsciiString;

/** Makes an {@link Http2Upstream}, with windows and limits that suit a proxy. */
final class Http2UpstreamBuilder
    extends AbstractHttp2ConnectionHandlerBuilder<Http2Upstream, Http2UpstreamBuilder> {
  /**
   * Bytes under way to us on one connection. Opened again as they come: a client that reads slowly
   * holds back its own stream by that one's window, and never its neighbours.
   */
  static final int CONNECTION_WINDOW = 1 << 20;

  /** Bytes under way or kept for one stream. */
  private static final int STREAM_WINDOW = 256 << 10;

  /** Acknowledgements that wait for an endpoint which does not read them; beyond it close. */
  private static final int MAX_QUEUED_CONTROL_FRAMES = 1000;

  private static final AsciiString AUTHORIZATION = AsciiString.cached("authorization");
  private static final AsciiString COOKIE = AsciiString.cached("cookie");

  private final EndpointPool pool;
  private final Handshake handshake;

  private Http2UpstreamBuilder(EndpointPool pool, Handshake handshake) {
    this.pool = pool;
    this.handshake = handshake;
  }

  static Http2Upstream build(EndpointPool pool, Handshake handshake) {
    DefaultHttp2Connection connection = new DefaultHttp2Connection(false, 0);
    connection
        .local()
        .flowController(
            new DefaultHttp2LocalFlowController(
                connection, DefaultHttp2LocalFlowController.DEFAULT_WINDOW_UPDATE_RATIO, true));
    connection
        .remote()
        .flowController(
            new DefaultHttp2RemoteFlowController(
                connection, new UniformStreamByteDistributor(connection)));
    return new Http2UpstreamBuilder(pool, handshake)
        .connection(connection)
        .initialSettings(
            new Http2Settings()
                .pushEnabled(false)
                .initialWindowSize(STREAM_WINDOW)
                .maxHeaderListSize(Http2Response.MAX_HEAD))
        .encoderEnforceMaxQueuedControlFrames(MAX_QUEUED_CONTROL_FRAMES)
        // The endpoint's own limit on heads is advice (RFC 9113 6.5.2): it can refuse the stream.
        .encoderIgnoreMaxHeaderListSize(true)
        // Secrets of many clients share one table of the compression (RFC 7541 7.1.3).
        .headerSensitivityDetector(
            (name, value) -> AUTHORIZATION.equals(name) || COOKIE.equals(name))
        .build();
  }

  @Override
  protected Http2Upstream build(
      Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
    return new Http2Upstream(pool, handshake, decoder, encoder, settings);
  }
}
