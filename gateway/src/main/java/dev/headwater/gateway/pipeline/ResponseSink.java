package dev.headwater.gateway.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * What an attempt tells of its response. After {@code end} or {@code failed} nothing more is told.
 */
public interface ResponseSink {
  /** A 1xx other than 101. */
  void informational(Attempt attempt, ResponseHead head);

  /**
   * A 101 that was asked for: there is no other response. The attempt is complete; gives the
   * client's end of the tunnel, or null when the client has gone.
   */
  @Nullable TunnelEnd switched(Attempt attempt, ResponseHead head);

  /** The final head. */
  void head(Attempt attempt, ResponseHead head);

  /** The next piece of the body; the sink releases it. */
  void data(Attempt attempt, Bytes piece);

  /** Nothing more comes for now. */
  void flush(Attempt attempt);

  /** The response is complete. */
  void end(Attempt attempt, @Nullable Fields trailers);

  /** The attempt broke, before or inside its response. */
  void failed(Attempt attempt, Failure failure);
}
