package dev.headwater.gateway.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * Where a body goes, piece by piece; then {@link #end} once. Called on the exchange's event loop.
 */
public interface BodySink {
  /** The next piece; the sink releases it. */
  void data(Bytes piece);

  /** The body is complete. */
  void end(@Nullable Fields trailers);

  /** Nothing more comes for now: what was written should leave. */
  void flush();

  /** Whether more may be written; when false the source pauses until it is told to resume. */
  boolean writable();
}
