package dev.headwater.gateway.pipeline;

/**
 * Why an exchange or an attempt did not end as it should. Prints no stack; peers fail all the time.
 */
public interface Failure {
  /** Status for the client, when it can still be told. */
  int status();

  /** Where it failed: accept, route, filter, select, connect, send, receive. */
  String phase();

  /** A short stable word for metrics and tags. */
  String reason();

  /** Whether the request was certainly not processed, so that any method may be sent again. */
  boolean unprocessed();
}
