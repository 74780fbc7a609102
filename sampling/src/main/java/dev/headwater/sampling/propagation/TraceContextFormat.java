package dev.headwater.sampling.propagation;

import brave.propagation.Propagation.Getter;
import brave.propagation.Propagation.Setter;
import brave.propagation.TraceContext;
import dev.headwater.sampling.propagation.TraceCandidate.Claim;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * W3C Trace Context: {@code traceparent} and {@code tracestate}, with the random flag of level 2.
 *
 * <p>{@code traceparent} is read strictly in version 00 and by its known prefix in later versions;
 * version ff is refused (section 3.2.2.1 and 4.3). A missing or malformed {@code tracestate} never
 * costs the {@code traceparent}; a valid one travels as {@link TraceStateGrammar} says. The flags
 * know sampled or not: there is no debug and no deferral here, unless an unsampled context is read
 * as one. The random flag is known of version 00 only, and nothing is put into {@code tracestate}.
 */
final class TraceContextFormat implements WireFormat {
  static final TraceContextFormat INSTANCE = new TraceContextFormat(Claim.DENY);

  /** Reads an unsampled context as one that nobody has decided. */
  static final TraceContextFormat DECIDING = new TraceContextFormat(Claim.DEFER);

  static final String TRACEPARENT = "traceparent";
  static final String TRACESTATE = "tracestate";

  private static final int ID = LowerHex.DIGITS_OF_LONG;
  private static final int TRACE_AT = 3;
  private static final int SPAN_AT = TRACE_AT + 2 * ID + 1;
  private static final int FLAGS_AT = SPAN_AT + ID + 1;
  private static final int LENGTH = FLAGS_AT + 2;
  private static final int FLAG_SAMPLED = 1;
  private static final int FLAG_RANDOM = 2;

  private final Claim unsampled;

  private TraceContextFormat(Claim unsampled) {
    this.unsampled = unsampled;
  }

  @Override
  public List<String> names() {
    return List.of(TRACEPARENT, TRACESTATE);
  }

  @Override
  public <R> @Nullable TraceCandidate read(Getter<R, String> getter, R request) {
    String parent = getter.get(request, TRACEPARENT);
    if (parent == null) {
      return null;
    }
    if (!isWellFormed(parent)) {
      return MALFORMED;
    }
    long high = LowerHex.read(parent, TRACE_AT);
    long low = LowerHex.read(parent, TRACE_AT + ID);
    long spanId = LowerHex.read(parent, SPAN_AT);
    if ((high | low) == 0 || spanId == 0) {
      return MALFORMED;
    }
    int flags = LowerHex.digit(parent.charAt(LENGTH - 1));
    String state = getter.get(request, TRACESTATE);
    return new TraceCandidate(
        TraceFormat.TRACECONTEXT,
        high,
        low,
        spanId,
        0,
        (flags & FLAG_SAMPLED) != 0 ? Claim.ACCEPT : unsampled,
        state == null ? null : TraceStateGrammar.passable(state),
        (flags & FLAG_RANDOM) != 0 && parent.startsWith("00"));
  }

  private static boolean isWellFormed(String parent) {
    if (parent.length() < LENGTH
        || parent.charAt(TRACE_AT - 1) != '-'
        || parent.charAt(SPAN_AT - 1) != '-'
        || parent.charAt(FLAGS_AT - 1) != '-') {
      return false;
    }
    return isVersionRead(parent)
        && LowerHex.isHex(parent, TRACE_AT, 2 * ID)
        && LowerHex.isHex(parent, SPAN_AT, ID)
        && LowerHex.isHex(parent, FLAGS_AT, 2);
  }

  /** Version 00 ends with the flags; a later one may go on behind a hyphen; ff is no version. */
  private static boolean isVersionRead(String parent) {
    if (!LowerHex.isHex(parent, 0, 2)) {
      return false;
    }
    int version = LowerHex.digit(parent.charAt(0)) << 4 | LowerHex.digit(parent.charAt(1));
    if (version == 0xff) {
      return false;
    }
    return parent.length() == LENGTH || (version != 0 && parent.charAt(LENGTH) == '-');
  }

  @Override
  public <R> void write(
      TraceContext context, W3cFields w3c, boolean parentId, Setter<R, String> setter, R request) {
    setter.put(request, TRACEPARENT, traceparent(context, w3c.randomId()));
    String state = w3c.traceState();
    if (state != null) {
      setter.put(request, TRACESTATE, state);
    }
  }

  /** The context in version 00; a 64-bit id is padded with zeros on the left (section 3.2.2.3). */
  static String traceparent(TraceContext context, boolean randomId) {
    byte[] target = new byte[LENGTH];
    target[0] = '0';
    target[1] = '0';
    target[TRACE_AT - 1] = '-';
    LowerHex.write(
        context.traceId(), target, LowerHex.write(context.traceIdHigh(), target, TRACE_AT));
    target[SPAN_AT - 1] = '-';
    LowerHex.write(context.spanId(), target, SPAN_AT);
    target[FLAGS_AT - 1] = '-';
    target[FLAGS_AT] = '0';
    int sampled = Boolean.TRUE.equals(context.sampled()) ? FLAG_SAMPLED : 0;
    target[FLAGS_AT + 1] = (byte) ('0' + (sampled | (randomId ? FLAG_RANDOM : 0)));
    return LowerHex.text(target, LENGTH);
  }
}
