package dev.headwater.gateway.pipeline;

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

  /** Breaks the response off, so that the client cannot take it for complete. */
  void abort();

  /** Whether the final response has started. */
  boolean started();
}
