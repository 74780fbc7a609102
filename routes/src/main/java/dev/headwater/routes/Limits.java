package dev.headwater.routes;

import java.time.Duration;

/**
 * What one client may cost. Each limit has an answer of its own.
 *
 * @param headBytes request line and header fields together; beyond it 431
 * @param fields number of header fields; beyond it 431
 * @param targetBytes request target; beyond it 414
 * @param bodyBytes request body; beyond it 413
 * @param headTimeout from accept, or the first byte of a later request, to the end of the head; 408
 * @param idle silence inside a request body (408) or between requests (close)
 * @param sendIdle how long a client may take nothing of a response that waits for it; then cut
 * @param bodyRate least bytes per second of a request body, 0 for none
 * @param bodyGrace how far a body may fall behind {@code bodyRate}, as time; beyond it 408
 * @param connections open connections per listener over all event loops; beyond it new ones are
 *     closed at once
 */
public record Limits(
    int headBytes,
    int fields,
    int targetBytes,
    long bodyBytes,
    Duration headTimeout,
    Duration idle,
    Duration sendIdle,
    long bodyRate,
    Duration bodyGrace,
    int connections) {
  /**
   * Safe at an edge: 32 KiB, 100 fields, 8 KiB, 1 GiB, 10 s for a head, 60 s idle, 30 s of an
   * unread response, 1 KiB/s with 30 s of grace, 50,000 connections.
   */
  public static final Limits DEFAULT =
      new Limits(
          32 << 10,
          100,
          8 << 10,
          1L << 30,
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          1 << 10,
          Duration.ofSeconds(30),
          50_000);

  /** The same for another size of bodies. */
  public Limits withBodyBytes(long bytes) {
    return new Limits(
        headBytes,
        fields,
        targetBytes,
        bytes,
        headTimeout,
        idle,
        sendIdle,
        bodyRate,
        bodyGrace,
        connections);
  }
}
