package dev.headwater.sampling.propagation;

import java.nio.charset.StandardCharsets;

/**
 * The header names through which anybody's trace context or tracing command travels.
 *
 * <p>All of them are removed before ours is injected, also those of formats that are not read: a
 * stale one would win behind us and detach the rest of the trace, and a command (force, debug)
 * would let a stranger record traces in services behind. The list holds B3, W3C, OpenCensus binary,
 * Jaeger, OpenTracing, LightStep, AWS, Google, Datadog, SkyWalking, Linkerd 1, Envoy and our own
 * {@code headwater-force}.
 *
 * <p>Asked for every header of every request: the first character and the length reject nearly all
 * of them. W3C {@code baggage} is application data and not in the list.
 */
public final class KnownTraceHeaders {
  /** The length of {@code b3}. */
  private static final int SHORTEST = 2;

  /** The length of {@code x-b3-}. */
  private static final int SHORTEST_EXTENSION = 5;

  private KnownTraceHeaders() {}

  /** Whether {@code name}, in lower case or any other, is one of them. */
  public static boolean contains(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
    return contains(bytes, 0, bytes.length);
  }

  /** Whether the name in these bytes, in any case, is one of them; allocates nothing. */
  public static boolean contains(byte[] data, int from, int length) {
    if (length < SHORTEST) {
      return false;
    }
    // Lower-cases letters; what it makes of other characters matches no name below.
    return switch (data[from] | 0x20) {
      case 'b' -> is("b3", data, from, length);
      case 't' -> is("traceparent", data, from, length) || is("tracestate", data, from, length);
      case 'x' -> data[from + 1] == '-' && isExtension(data, from, length);
      case 'g' -> is("grpc-trace-bin", data, from, length);
      case 'h' -> is("headwater-force", data, from, length);
      case 'j' ->
          is("jaeger-debug-id", data, from, length) || is("jaeger-baggage", data, from, length);
      case 'l' -> starts("l5d-ctx-", data, from, length) || is("l5d-sample", data, from, length);
      case 'o' ->
          starts("ot-tracer-", data, from, length) || starts("ot-baggage-", data, from, length);
      case 's' -> starts("sw8", data, from, length);
      case 'u' -> isUber(data, from, length);
      default -> false;
    };
  }

  /** Names behind {@code x-}, by the character that follows. */
  private static boolean isExtension(byte[] data, int from, int length) {
    if (length < SHORTEST_EXTENSION) {
      return false;
    }
    return switch (data[from + 2] | 0x20) {
      case 'b' -> starts("x-b3-", data, from, length);
      case 'a' -> is("x-amzn-trace-id", data, from, length);
      case 'c' ->
          is("x-cloud-trace-context", data, from, length)
              || is("x-client-trace-id", data, from, length);
      case 'd' -> starts("x-datadog-", data, from, length);
      case 'e' -> is("x-envoy-force-trace", data, from, length);
      case 'o' -> is("x-ot-span-context", data, from, length);
      default -> false;
    };
  }

  /** Apart from the rest so that {@code user-agent} is rejected by its second character. */
  private static boolean isUber(byte[] data, int from, int length) {
    return (data[from + 1] | 0x20) == 'b'
        && (is("uber-trace-id", data, from, length)
            || is("uber-debug-id", data, from, length)
            || starts("uberctx-", data, from, length));
  }

  private static boolean is(String known, byte[] data, int from, int length) {
    return length == known.length() && starts(known, data, from, length);
  }

  private static boolean starts(String prefix, byte[] data, int from, int length) {
    if (length < prefix.length()) {
      return false;
    }
    for (int i = 0; i < prefix.length(); i++) {
      int c = data[from + i];
      if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != prefix.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
