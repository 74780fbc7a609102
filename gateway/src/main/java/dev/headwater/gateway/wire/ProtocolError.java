package dev.headwater.gateway.wire;

/**
 * A peer's bytes break the protocol or a limit. Carries the status that answers it when the peer is
 * a client; has no stack trace, because hostile input is daily business.
 */
public final class ProtocolError extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String reason;

  /**
   * What is wrong.
   *
   * @param status 400, 405, 413, 414, 417, 431, 501 or 505
   * @param reason short stable word for metrics
   * @param detail for the answer; never echoes the peer's bytes
   */
  public ProtocolError(int status, String reason, String detail) {
    super(detail, null, false, false);
    this.status = status;
    this.reason = reason;
  }

  static ProtocolError malformed(String reason, String detail) {
    return new ProtocolError(400, reason, detail);
  }

  /** Status for a client. */
  public int status() {
    return status;
  }

  /** Short stable word. */
  public String reason() {
    return reason;
  }

  /** What is wrong, for the answer. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}
