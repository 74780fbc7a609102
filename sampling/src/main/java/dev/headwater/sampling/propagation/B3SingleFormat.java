package dev.headwater.sampling.propagation;

import brave.propagation.Propagation.Getter;
import brave.propagation.Propagation.Setter;
import brave.propagation.TraceContext;
import dev.headwater.sampling.propagation.TraceCandidate.Claim;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one header {@code b3}: {@code traceId-spanId[-sampled][-parentId]}, or the decision alone as
 * {@code 0}, {@code 1} or {@code d}.
 *
 * <p>Every field has a fixed width, so a value is refused by its length and its hyphens before a
 * digit is read; one of a megabyte costs what a short one costs. Source: openzipkin b3-propagation.
 */
final class B3SingleFormat implements WireFormat {
  static final B3SingleFormat INSTANCE = new B3SingleFormat();

  static final String NAME = "b3";

  private static final int ID = LowerHex.DIGITS_OF_LONG;
  private static final int SHORTEST = ID + 1 + ID;
  private static final int LONGEST = 2 * ID + 1 + ID + 2 + 1 + ID;

  private B3SingleFormat() {}

  @Override
  public List<String> names() {
    return List.of(NAME);
  }

  @Override
  public <R> @Nullable TraceCandidate read(Getter<R, String> getter, R request) {
    String value = getter.get(request, NAME);
    return value == null ? null : parse(value);
  }

  /** A candidate or {@link WireFormat#MALFORMED}. */
  static TraceCandidate parse(String value) {
    int length = value.length();
    if (length == 1) {
      Claim claim = claim(value.charAt(0));
      return claim == null ? MALFORMED : candidate(0, 0, 0, 0, claim);
    }
    if (length < SHORTEST || length > LONGEST) {
      return MALFORMED;
    }
    if (value.charAt(ID) == '-') {
      return parseFromLow(value, 0, 0);
    }
    if (!LowerHex.isHex(value, 0, ID)) {
      return MALFORMED;
    }
    return parseFromLow(value, LowerHex.read(value, 0), ID);
  }

  /** Parses from the low half of the trace id, which starts at {@code at} and is never past 16. */
  private static TraceCandidate parseFromLow(String value, long high, int at) {
    int spanAt = at + ID + 1;
    int end = spanAt + ID;
    int length = value.length();
    if (length < end || value.charAt(spanAt - 1) != '-' || !LowerHex.isHex(value, at, ID)) {
      return MALFORMED;
    }
    long low = LowerHex.read(value, at);
    long spanId = LowerHex.read(value, spanAt);
    if ((high | low) == 0 || spanId == 0) {
      return MALFORMED;
    }
    if (length == end) {
      return candidate(high, low, spanId, 0, Claim.DEFER);
    }
    return value.charAt(end) == '-' ? parseTail(value, end + 1, high, low, spanId) : MALFORMED;
  }

  /** Parses {@code sampled}, {@code parentId}, or both with a hyphen between. */
  private static TraceCandidate parseTail(String value, int at, long high, long low, long spanId) {
    int rest = value.length() - at;
    Claim claim = Claim.DEFER;
    int parentAt = at;
    if (rest == 1 || rest == 2 + ID) {
      Claim sent = claim(value.charAt(at));
      if (sent == null || (rest > 1 && value.charAt(at + 1) != '-')) {
        return MALFORMED;
      }
      if (rest == 1) {
        return candidate(high, low, spanId, 0, sent);
      }
      claim = sent;
      parentAt = at + 2;
    } else if (rest != ID) {
      return MALFORMED;
    }
    long parentId = LowerHex.read(value, parentAt);
    return parentId == 0 ? MALFORMED : candidate(high, low, spanId, parentId, claim);
  }

  private static @Nullable Claim claim(char c) {
    return switch (c) {
      case '0' -> Claim.DENY;
      case '1' -> Claim.ACCEPT;
      case 'd' -> Claim.DEBUG;
      default -> null;
    };
  }

  private static TraceCandidate candidate(
      long high, long low, long spanId, long parentId, Claim claim) {
    return new TraceCandidate(TraceFormat.B3_SINGLE, high, low, spanId, parentId, claim);
  }

  @Override
  public <R> void write(
      TraceContext context, W3cFields w3c, boolean parentId, Setter<R, String> setter, R request) {
    byte[] target = new byte[LONGEST];
    long high = context.traceIdHigh();
    int at = high == 0 ? 0 : LowerHex.write(high, target, 0);
    at = LowerHex.write(context.traceId(), target, at);
    target[at++] = '-';
    at = LowerHex.write(context.spanId(), target, at);
    Boolean sampled = context.sampled();
    if (sampled != null) {
      target[at++] = '-';
      target[at++] = (byte) (context.debug() ? 'd' : sampled ? '1' : '0');
    }
    if (parentId && context.parentIdAsLong() != 0) {
      target[at++] = '-';
      at = LowerHex.write(context.parentIdAsLong(), target, at);
    }
    setter.put(request, NAME, LowerHex.text(target, at));
  }
}
