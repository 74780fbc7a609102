package dev.headwater.sampling.propagation;

import brave.propagation.Propagation.Getter;
import brave.propagation.Propagation.Setter;
import brave.propagation.TraceContext;
import dev.headwater.sampling.propagation.TraceCandidate.Claim;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code l5d-ctx-trace} of Linkerd 1: Finagle's serialized trace id in standard Base64. Four
 * big-endian words (span, parent, low half of the trace id, flags) and, for 128-bit ids, a fifth
 * with the high half.
 *
 * <p>A root span names itself as its parent. Read in place, word by word; a value of another length
 * is refused before a character is read. Source: twitter/finagle {@code TraceId.scala}.
 */
final class L5dFormat implements WireFormat {
  static final L5dFormat INSTANCE = new L5dFormat();

  static final String NAME = "l5d-ctx-trace";

  private static final int NARROW = 4 * Long.BYTES;
  private static final int WIDE = 5 * Long.BYTES;

  private static final long DEBUG = 1;
  private static final long SAMPLING_KNOWN = 1 << 1;
  private static final long SAMPLED = 1 << 2;

  private L5dFormat() {}

  @Override
  public List<String> names() {
    return List.of(NAME);
  }

  @Override
  public <R> @Nullable TraceCandidate read(Getter<R, String> getter, R request) {
    String value = getter.get(request, NAME);
    return value == null ? null : parse(value);
  }

  private static TraceCandidate parse(String value) {
    int digits = Base64Words.digits(value);
    boolean wide = digits == Base64Words.digitsOf(WIDE);
    if ((!wide && digits != Base64Words.digitsOf(NARROW)) || !Base64Words.isValid(value, digits)) {
      return MALFORMED;
    }
    long spanId = Base64Words.read(value, 0);
    long parentId = Base64Words.read(value, 1);
    long low = Base64Words.read(value, 2);
    long flags = Base64Words.read(value, 3);
    long high = wide ? Base64Words.read(value, 4) : 0;
    if ((high | low) == 0 || spanId == 0) {
      return MALFORMED;
    }
    long parent = parentId == spanId ? 0 : parentId;
    return new TraceCandidate(TraceFormat.L5D, high, low, spanId, parent, claim(flags));
  }

  private static Claim claim(long flags) {
    if ((flags & DEBUG) != 0) {
      return Claim.DEBUG;
    }
    if ((flags & SAMPLING_KNOWN) == 0) {
      return Claim.DEFER;
    }
    return (flags & SAMPLED) != 0 ? Claim.ACCEPT : Claim.DENY;
  }

  @Override
  public <R> void write(
      TraceContext context, W3cFields w3c, boolean parentId, Setter<R, String> setter, R request) {
    long parent = context.parentIdAsLong();
    ByteBuffer words =
        ByteBuffer.allocate(context.traceIdHigh() == 0 ? NARROW : WIDE)
            .putLong(context.spanId())
            .putLong(parent == 0 ? context.spanId() : parent)
            .putLong(context.traceId())
            .putLong(flags(context));
    if (context.traceIdHigh() != 0) {
      words.putLong(context.traceIdHigh());
    }
    byte[] text = Base64.getEncoder().encode(words.array());
    setter.put(request, NAME, new String(text, StandardCharsets.ISO_8859_1));
  }

  private static long flags(TraceContext context) {
    Boolean sampled = context.sampled();
    if (sampled == null) {
      return 0;
    }
    return SAMPLING_KNOWN | (sampled ? SAMPLED : 0) | (context.debug() ? DEBUG : 0);
  }
}
