package dev.headwater.sampling.propagation;

import brave.propagation.Propagation.Getter;
import brave.propagation.Propagation.Setter;
import brave.propagation.TraceContext;
import dev.headwater.sampling.propagation.TraceCandidate.Claim;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * W3C Trace Context level 1: {@code traceparent} and {@code tracestate}.
 *
 * <p>{@code traceparent} is read strictly in version 00 and by its known prefix in later versions;
 * version ff is refused (section 3.2.2.1 and 4.3). A missing or malformed {@code tracestate} never
 * costs the {@code traceparent}; a valid one travels verbatim. The flags know sampled or not: there
 * is no debug and no deferral here.
 */
final class TraceContextFormat implements WireFormat {
  static final TraceContextFormat INSTANCE = new TraceContextFormat();

  static final String TRACEPARENT = "traceparent";
  static final String TRACESTATE = "tracestate";

  private static final int ID = LowerHex.DIGITS_OF_LONG;
  private static final int TRACE_AT = 3;
  private static final int SPAN_AT = TRACE_AT + 2 * ID + 1;
  private static final int FLAGS_AT = SPAN_AT + ID + 1;
  private static final int LENGTH = FLAGS_AT + 2;
  private static final int FLAG_SAMPLED = 1;

  private TraceContextFormat() {}

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
    boolean sampled = (LowerHex.digit(parent.charAt(LENGTH - 1)) & FLAG_SAMPLED) != 0;
    String state = getter.get(request, TRACESTATE);
    return new TraceCandidate(
        TraceFormat.TRACECONTEXT,
        high,
        low,
        spanId,
        0,
        sampled ? Claim.ACCEPT : Claim.DENY,
        state != null && TraceStateGrammar.accepts(state) ? state : null);
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
      TraceContext context,
      @Nullable String traceState,
      boolean parentId,
      Setter<R, String> setter,
      R request) {
    byte[] target = new byte[LENGTH];
    target[0] = '0';
    target[1] = '0';
    target[TRACE_AT - 1] = '-';
    // A 64-bit id is padded with zeros on the left (section 3.2.2.3).
    LowerHex.write(
        context.traceId(), target, LowerHex.write(context.traceIdHigh(), target, TRACE_AT));
    target[SPAN_AT - 1] = '-';
    LowerHex.write(context.spanId(), target, SPAN_AT);
    target[FLAGS_AT - 1] = '-';
    target[FLAGS_AT] = '0';
    target[FLAGS_AT + 1] = (byte) (Boolean.TRUE.equals(context.sampled()) ? '1' : '0');
    setter.put(request, TRACEPARENT, LowerHex.text(target, LENGTH));
    if (traceState != null) {
      setter.put(request, TRACESTATE, traceState);
    }
  }
}
