package dev.headwater.gateway.listen;

import dev.headwater.gateway.pipeline.ClientSession;
import dev.headwater.routes.ListenerPolicy;
import io.netty.channel.ChannelPipeline;

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

  /** Serves a connection in clear: what is spoken is told by its first bytes. */
  void inClear(ChannelPipeline pipeline, ClientSession session) {
    http1(pipeline, session);
  }

  void http1(ChannelPipeline pipeline, ClientSession session) {
    Http1Connection connection = new Http1Connection(shared, policy, state, session, lifecycle);
    lifecycle.serve(connection);
    pipeline.addBefore(LIFECYCLE, "http1", connection);
  }
}
