package dev.headwater.gateway.metrics;

import java.util.Locale;

/**
 * A stretch of an exchange's timeline, each the time from the stamp before it to its own. The label
 * is the value of {@code phase} in {@code headwater_phase_duration_seconds}.
 */
public enum Phase {
  /** Connection accepted to first byte of its first request; once per connection. */
  ACCEPT,
  /** TLS handshake with a client, from accept; once per connection, with its first request. */
  HANDSHAKE,
  /** First byte of the request to its head read whole. */
  HEAD,
  /** Head read to route found. */
  ROUTE,
  /** Route found to request filters done. */
  FILTER,
  /** Attempt begun to connection in hand, where the pool made it wait. */
  POOL_WAIT,
  /** Name look-up of an endpoint. */
  RESOLVE,
  /** TCP connect to an endpoint. */
  CONNECT,
  /** TLS handshake with an endpoint. */
  TLS,
  /** Connection in hand to the request's first byte written. */
  SEND,
  /** The request's first byte written to the answer's first byte read: the endpoint's own time. */
  FIRST_BYTE,
  /** The answer's first byte read to its last byte handed to the client's socket. */
  BODY;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** The lower-case form used on every surface. */
  public String label() {
    return label;
  }
}
