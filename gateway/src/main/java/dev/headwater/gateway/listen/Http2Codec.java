package dev.headwater.gateway.listen;

import dev.headwater.gateway.pipeline.ClientSession;
import dev.headwater.routes.Http2Policy;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/** Puts Netty's HTTP/2 codec together with limits that are safe at an edge. */
final class Http2Codec
    extends AbstractHttp2ConnectionHandlerBuilder<Http2ClientConnection, Http2Codec> {
  private static final int RESET_WINDOW_SECONDS = 30;

  /** Of a header block; each is under 8 KiB (CVE-2024-27316). */
  private static final int MAX_SMALL_CONTINUATIONS = 16;

  /** Answers that wait for a client which does not read (CVE-2019-9512, 9515). */
  private static final int MAX_QUEUED_CONTROL_FRAMES = 1000;

  /**
   * A block is decoded up to this multiple of the limit on heads, so that one that is too large can
   * be answered as HTTP/1 answers it instead of ending the connection.
   */
  private static final int DECODED_TO_ALLOWED = 4;

  private final ConnectionShared shared;
  private final ClientTerms terms;
  private final ClientSession session;

  private Http2Codec(ConnectionShared shared, ClientTerms terms, ClientSession session) {
    this.shared = shared;
    this.terms = terms;
    this.session = session;
    Http2Policy policy = terms.policy().http2();
    connection(evenly());
    decoupleCloseAndGoAway(true);
    initialSettings(
        new Http2Settings()
            .maxConcurrentStreams(policy.streams())
            .initialWindowSize(policy.streamWindow())
            .maxHeaderListSize((long) DECODED_TO_ALLOWED * terms.policy().limits().headBytes()));
    encoderEnforceMaxQueuedControlFrames(MAX_QUEUED_CONTROL_FRAMES);
    encoderIgnoreMaxHeaderListSize(true); // advisory: no reason to reset streams (CVE-2026-50560)
    encoderEnforceMaxRstFramesPerWindow(policy.resets(), RESET_WINDOW_SECONDS);
    decoderEnforceMaxRstFramesPerWindow(policy.resets(), RESET_WINDOW_SECONDS);
    decoderEnforceMaxSmallContinuationFrames(MAX_SMALL_CONTINUATIONS);
  }

  /**
   * Streams share the connection evenly: priorities are deprecated (RFC 9113 5.3.2), and costly.
   */
  private static Http2Connection evenly() {
    Http2Connection connection = new DefaultHttp2Connection(true);
    connection
        .remote()
        .flowController(
            new DefaultHttp2RemoteFlowController(
                connection, new UniformStreamByteDistributor(connection)));
    return connection;
  }

  /** A connection that has not read its preface yet. */
  static Http2ClientConnection open(
      ConnectionShared shared, ClientTerms terms, ClientSession session) {
    return new Http2Codec(shared, terms, session).build();
  }

  @Override
  protected Http2ClientConnection build(
      Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
    return new Http2ClientConnection(
        new Http2ClientConnection.Codec(decoder, encoder, settings), shared, terms, session);
  }
}
