package dev.headwater.sampling.propagation;

import brave.propagation.Propagation.Getter;
import brave.propagation.Propagation.Setter;
import brave.propagation.TraceContext;
import dev.headwater.sampling.propagation.TraceCandidate.Claim;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code X-B3-TraceId} and its kin, one header per field. The form that a Linkerd mesh reads.
 *
 * <p>One bad header spoils the set: half a context is worse than none. {@code true} and {@code
 * false} are read as decisions because old clients send them, and never written. A flags value
 * other than 1 says nothing, as in Brave. Source: openzipkin b3-propagation.
 */
final class B3MultiFormat implements WireFormat {
  static final B3MultiFormat INSTANCE = new B3MultiFormat();

  static final String TRACE_ID = "X-B3-TraceId";
  static final String SPAN_ID = "X-B3-SpanId";
  static final String PARENT_SPAN_ID = "X-B3-ParentSpanId";
  static final String SAMPLED = "X-B3-Sampled";
  static final String FLAGS = "X-B3-Flags";

  private static final int ID = LowerHex.DIGITS_OF_LONG;

  private B3MultiFormat() {}

  @Override
  public List<String> names() {
    return List.of(TRACE_ID, SPAN_ID, PARENT_SPAN_ID, SAMPLED, FLAGS);
  }

  @Override
  public <R> @Nullable TraceCandidate read(Getter<R, String> getter, R request) {
    Claim claim = claim(getter.get(request, SAMPLED), getter.get(request, FLAGS));
    if (claim == null) {
      return MALFORMED;
    }
    String traceId = getter.get(request, TRACE_ID);
    if (traceId == null) {
      return claim == Claim.DEFER ? null : candidate(0, 0, 0, 0, claim);
    }
    return parse(traceId, getter.get(request, SPAN_ID), getter.get(request, PARENT_SPAN_ID), claim);
  }

  private static TraceCandidate parse(
      String traceId, @Nullable String span, @Nullable String parent, Claim claim) {
    boolean wide = traceId.length() == 2 * ID;
    if ((!wide && traceId.length() != ID) || !LowerHex.isHex(traceId, 0, traceId.length())) {
      return MALFORMED;
    }
    long high = wide ? LowerHex.read(traceId, 0) : 0;
    long low = LowerHex.read(traceId, wide ? ID : 0);
    long spanId = spanId(span);
    long parentId = spanId(parent);
    if ((high | low) == 0 || spanId == 0 || (parent != null && parentId == 0)) {
      return MALFORMED;
    }
    return candidate(high, low, spanId, parentId, claim);
  }

  /** 64 bits, or 0 when absent or malformed. */
  private static long spanId(@Nullable String value) {
    return value != null && value.length() == ID ? LowerHex.read(value, 0) : 0;
  }

  /** What both headers say together, or null when {@code sampled} is none of its four values. */
  private static @Nullable Claim claim(@Nullable String sampled, @Nullable String flags) {
    Claim claim = Claim.DEFER;
    if (sampled != null) {
      if (sampled.equals("1") || sampled.equalsIgnoreCase("true")) {
        claim = Claim.ACCEPT;
      } else if (sampled.equals("0") || sampled.equalsIgnoreCase("false")) {
        claim = Claim.DENY;
      } else {
        return null;
      }
    }
    return "1".equals(flags) ? Claim.DEBUG : claim;
  }

  private static TraceCandidate candidate(
      long high, long low, long spanId, long parentId, Claim claim) {
    return new TraceCandidate(TraceFormat.B3_MULTI, high, low, spanId, parentId, claim);
  }

  @Override
  public <R> void write(
      TraceContext context, W3cFields w3c, boolean parentId, Setter<R, String> setter, R request) {
    // The context keeps these strings, so a span made from it later does not build them again.
    setter.put(request, TRACE_ID, context.traceIdString());
    setter.put(request, SPAN_ID, context.spanIdString());
    String parent = parentId ? context.parentIdString() : null;
    if (parent != null) {
      setter.put(request, PARENT_SPAN_ID, parent);
    }
    Boolean sampled = context.sampled();
    if (sampled != null) {
      setter.put(request, SAMPLED, sampled ? "1" : "0");
    }
    if (context.debug()) {
      // Beside Sampled, not instead of it: mesh proxies and Envoy read Sampled only.
      setter.put(request, FLAGS, "1");
    }
  }
}
