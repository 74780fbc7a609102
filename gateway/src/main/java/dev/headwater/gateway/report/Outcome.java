package dev.headwater.gateway.report;

/**
 * What became of a span. The label is the value of {@code outcome} in {@code
 * headwater_spans_total}.
 */
public enum Outcome {
  /** The sink took it: a 2xx of the collector, or the embedded store. */
  REPORTED("reported"),
  /** The hand-over already held its maximum of spans. */
  DROPPED_QUEUE_SPANS("dropped_queue_spans"),
  /** The hand-over already held its maximum of bytes. */
  DROPPED_QUEUE_BYTES("dropped_queue_bytes"),
  /** Alone larger than a message may be, by our limit or the collector's 413. */
  DROPPED_TOO_LARGE("dropped_too_large"),
  /** Could not be encoded. */
  DROPPED_UNENCODABLE("dropped_unencodable"),
  /** The collector refused it for good: any status that is neither 2xx, 413, 429 nor 5xx. */
  DROPPED_REJECTED("dropped_rejected"),
  /** Beyond the spans per second that the sink may be given. */
  DROPPED_RATE_LIMITED("dropped_rate_limited"),
  /** The collector could not be reached, or kept failing, for as long as a batch is retried. */
  DROPPED_UNAVAILABLE("dropped_unavailable"),
  /** The oldest in a full spool, which made room for newer ones. */
  DROPPED_SPOOL_FULL("dropped_spool_full"),
  /** Damaged on disk. */
  DROPPED_SPOOL_UNREADABLE("dropped_spool_unreadable"),
  /** Still undelivered when the reporter was closed, or ended after that. */
  DROPPED_CLOSED("dropped_closed");

  private final String label;

  Outcome(String label) {
    this.label = label;
  }

  /** The form used on every surface. */
  public String label() {
    return label;
  }
}
