package dev.headwater.sampling.propagation;

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
 * of them; no allocation. W3C {@code baggage} is application data and not in the list.
 */
public final class KnownTraceHeaders {
  /** The length of {@code b3}. */
  private static final int SHORTEST = 2;

  private KnownTraceHeaders() {}

  /** Whether {@code name}, in lower case or any other, is one of them. */
  public static boolean contains(String name) {
    if (name.length() < SHORTEST) {
      return false;
    }
    // Lower-cases letters; what it makes of other characters matches no name below.
    return switch (name.charAt(0) | 0x20) {
      case 'b' -> name.length() == 2 && name.charAt(1) == '3';
      case 't' -> is(name, "traceparent") || is(name, "tracestate");
      case 'x' -> name.charAt(1) == '-' && isExtension(name);
      case 'g' -> is(name, "grpc-trace-bin");
      case 'h' -> is(name, "headwater-force");
      case 'j' -> is(name, "jaeger-debug-id") || is(name, "jaeger-baggage");
      case 'l' -> starts(name, "l5d-ctx-") || is(name, "l5d-sample");
      case 'o' -> starts(name, "ot-tracer-") || starts(name, "ot-baggage-");
      case 's' -> starts(name, "sw8");
      case 'u' -> isUber(name);
      default -> false;
    };
  }

  /** Names behind {@code x-}, by the character that follows. */
  private static boolean isExtension(String name) {
    if (name.length() < 6) {
      return false;
    }
    return switch (name.charAt(2) | 0x20) {
      case 'b' -> starts(name, "x-b3-");
      case 'a' -> is(name, "x-amzn-trace-id");
      case 'c' -> is(name, "x-cloud-trace-context") || is(name, "x-client-trace-id");
      case 'd' -> starts(name, "x-datadog-");
      case 'e' -> is(name, "x-envoy-force-trace");
      case 'o' -> is(name, "x-ot-span-context");
      default -> false;
    };
  }

  /** Apart from the rest so that {@code user-agent} is rejected by its second character. */
  private static boolean isUber(String name) {
    return (name.charAt(1) | 0x20) == 'b'
        && (is(name, "uber-trace-id") || is(name, "uber-debug-id") || starts(name, "uberctx-"));
  }

  private static boolean is(String name, String known) {
    return name.length() == known.length() && starts(name, known);
  }

  private static boolean starts(String name, String prefix) {
    return name.regionMatches(true, 0, prefix, 0, prefix.length());
  }
}
