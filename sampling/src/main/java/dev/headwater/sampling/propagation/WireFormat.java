package dev.headwater.sampling.propagation;

import brave.propagation.Propagation.Getter;
import brave.propagation.Propagation.Setter;
import brave.propagation.TraceContext;
import dev.headwater.sampling.propagation.TraceCandidate.Claim;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one format is read and written. Stateless: safe from any thread.
 *
 * <p>A getter must give a repeated field joined by commas, as brave's {@code RemoteGetter} asks and
 * RFC 9110 section 5.3 allows. No value of a trace header but {@code tracestate} may hold a comma,
 * so a header sent twice is malformed by itself, and a {@code tracestate} sent in parts is whole.
 */
sealed interface WireFormat permits B3MultiFormat, B3SingleFormat, L5dFormat, TraceContextFormat {
  /** What {@link #read} answers when the headers are there and wrong. Compared by identity. */
  TraceCandidate MALFORMED = new TraceCandidate(TraceFormat.B3_SINGLE, 0, 0, 0, 0, Claim.DEFER);

  /** The headers that this format writes, in their usual spelling. */
  List<String> names();

  /** The caller's claim, null when there is none, {@link #MALFORMED} when it breaks the format. */
  <R> @Nullable TraceCandidate read(Getter<R, String> getter, R request);

  /**
   * Writes {@code context}.
   *
   * @param w3c written by the one format that has places for it
   * @param parentId whether the parent's id is written too, where the format can do without
   */
  <R> void write(
      TraceContext context, W3cFields w3c, boolean parentId, Setter<R, String> setter, R request);

  /** The format behind a name of the configuration. */
  static WireFormat of(TraceFormat format) {
    return switch (format) {
      case B3_MULTI -> B3MultiFormat.INSTANCE;
      case B3_SINGLE -> B3SingleFormat.INSTANCE;
      case TRACECONTEXT -> TraceContextFormat.INSTANCE;
      case L5D -> L5dFormat.INSTANCE;
    };
  }
}
