package dev.headwater.gateway.pipeline;

/**
 * The head of a response.
 *
 * @param status 100 to 599
 * @param bodyLength bytes of the body, 0 for none, {@link RequestHead#CHUNKED} when unknown
 * @param fields header fields; framing fields are added by whoever writes it
 */
public record ResponseHead(int status, long bodyLength, Fields fields) {
  /** Whether it announces a final response that is still to come. */
  public boolean informational() {
    return status < 200;
  }

  /** Whether a response of this status never has a body (RFC 9110 6.4.1). */
  public boolean bodiless() {
    return status < 200 || status == 204 || status == 304;
  }
}
