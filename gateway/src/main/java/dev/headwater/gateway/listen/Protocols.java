package dev.headwater.gateway.listen;

import dev.headwater.gateway.pipeline.ClientSession;
import dev.headwater.routes.HttpProtocol;
import dev.headwater.routes.ListenerPolicy;
import io.netty.channel.ChannelPipeline;
import org.jspecify.annotations.Nullable;

/**
 * Puts the handler of an HTTP version into a connection's pipeline, once its handshakes are done.
 *
 * @param lifecycle of the connection
 */
record Protocols(
    ConnectionShared shared,
    ListenerPolicy policy,
    ListenerState state,
    ConnectionLifecycle lifecycle) {
  /** Name of the handler that ends our part of the pipeline. */
  static final String LIFECYCLE = "headwater";

  /** Name of the handler that speaks TLS. */
  static final String TLS = "tls";

  /** Serves a connection in clear: what is spoken is told by its first bytes. */
  void inClear(ChannelPipeline pipeline, ClientSession session) {
    if (!policy.protocols().contains(HttpProtocol.HTTP_2)) {
      http1(pipeline, session);
    } else if (!policy.protocols().contains(HttpProtocol.HTTP_1)) {
      http2(pipeline, session);
    } else {
      pipeline.addBefore(LIFECYCLE, "first-bytes", new FirstBytes(this, session));
    }
  }

  void http2(ChannelPipeline pipeline, ClientSession session) {
    Http2ClientConnection connection =
        Http2Codec.open(shared, new ClientTerms(policy, state), session);
    pipeline.addBefore(LIFECYCLE, "http2", connection);
    lifecycle.serve(connection);
  }

  /**
   * Serves a connection over TLS.
   *
   * @param chosen by ALPN; null for a client that offers nothing of ours, which gets HTTP/1.1 where
   *     that is spoken
   */
  void negotiated(ChannelPipeline pipeline, ClientSession session, @Nullable String chosen) {
    if (HttpProtocol.HTTP_2.label().equals(chosen)
        || !policy.protocols().contains(HttpProtocol.HTTP_1)) {
      http2(pipeline, session);
    } else {
      http1(pipeline, session);
    }
  }

  void http1(ChannelPipeline pipeline, ClientSession session) {
    Http1Connection connection = new Http1Connection(shared, policy, state, session, lifecycle);
    pipeline.addBefore(LIFECYCLE, "http1", connection);
    lifecycle.serve(connection);
  }
}
