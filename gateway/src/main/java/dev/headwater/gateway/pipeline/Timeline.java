package dev.headwater.gateway.pipeline;

/**
 * When things happened to a request, in nanoseconds of the loop's clock; 0 for what has not.
 * Carried by every exchange, sampled or not: metrics read it for all, spans are made from it when
 * the trace is kept.
 */
public final class Timeline {
  private long accepted;
  private long arrived;
  private long headRead;
  private long routed;
  private long filtered;
  private long requestEnd;
  private long responseHead;
  private long ended;
  private long startMicros;

  /** The connection was accepted; only for its first request. */
  public long accepted() {
    return accepted;
  }

  /** The first byte of the request line arrived: start of the SERVER span. */
  public long arrived() {
    return arrived;
  }

  /** The head was complete. */
  public long headRead() {
    return headRead;
  }

  /** The route was found, or found missing. */
  public long routed() {
    return routed;
  }

  /** Request filters were done. */
  public long filtered() {
    return filtered;
  }

  /** The last byte of the request body was read. */
  public long requestEnd() {
    return requestEnd;
  }

  /** The head of the final response was handed to the client's connection. */
  public long responseHead() {
    return responseHead;
  }

  /** The last byte was handed to the kernel, or the exchange broke: end of the SERVER span. */
  public long ended() {
    return ended;
  }

  public void accepted(long now) {
    accepted = now;
  }

  public void arrived(long now) {
    arrived = now;
  }

  public void headRead(long now) {
    headRead = now;
  }

  public void routed(long now) {
    routed = now;
  }

  public void filtered(long now) {
    filtered = now;
  }

  public void requestEnd(long now) {
    requestEnd = now;
  }

  public void responseHead(long now) {
    responseHead = now;
  }

  public void ended(long now) {
    ended = now;
  }

  /**
   * The arrival by the wall clock, in microseconds since 1970; 0 until a span is made. Kept, so
   * that an unfinished span and the finished one agree although the clock stepped between them.
   */
  public long startMicros() {
    return startMicros;
  }

  public void startMicros(long micros) {
    startMicros = micros;
  }
}
