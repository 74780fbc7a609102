package dev.headwater.gateway.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * The client's side of one exchange, whatever its protocol. A response is informational heads, one
 * head, pieces, an end; or an abort at any point. Called on the exchange's event loop; calls after
 * the client has gone do nothing.
 */
public interface ClientStream extends BodySink {
  /** Relays a 1xx; dropped for clients that cannot read one. */
  void informational(ResponseHead head);

  /** Starts the final response. */
  void head(ResponseHead head);

  /**
   * Tells an HTTP/1.1 client that asked for it that the protocol is another one from here on; its
   * connection is a tunnel's end then. Null when the client has gone, or cannot switch.
   */
  default @Nullable TunnelEnd switched(ResponseHead head) {
    return null;
  }

  /** Breaks the response off, so that the client cannot take it for complete. */
  void abort();

  /** Whether the final response has started. */
  boolean started();
}
