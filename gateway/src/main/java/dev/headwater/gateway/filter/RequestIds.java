package dev.headwater.gateway.filter;

import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.sampling.propagation.TraceStart;
import java.nio.charset.StandardCharsets;

/**
 * Random UUIDs (version 4, RFC 9562 5.4). With {@code requestId.envoyReason} the version digit says
 * what Envoy reads there: 9 for a sampled request, 4 for another.
 */
final class RequestIds {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private static final int MAX_LENGTH = 200;

  private RequestIds() {}

  /**
   * Whether an id of somebody else may be shown in answers, logs and spans as it is: short, and of
   * characters that need no escaping anywhere.
   */
  static boolean acceptable(String id) {
    if (id.isEmpty() || id.length() > MAX_LENGTH) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-_.:=+/@,".indexOf(c) >= 0;
      if (!plain) {
        return false;
      }
    }
    return true;
  }

  static String next(Exchange exchange) {
    long high = exchange.loop().random().nextLong();
    long low = exchange.loop().random().nextLong();
    return uuid(high, low, version(exchange));
  }

  private static char version(Exchange exchange) {
    TraceStart trace = exchange.trace();
    boolean sampled = trace != null && trace.decision().sampled();
    return sampled && exchange.snapshot().configuration().tracing().requestId().envoyReason()
        ? '9'
        : '4';
  }

  static String uuid(long high, long low, char version) {
    byte[] text = new byte[36];
    hex(text, 0, high >>> 32, 8);
    text[8] = '-';
    hex(text, 9, high >>> 16, 4);
    text[13] = '-';
    hex(text, 14, high, 4);
    text[14] = (byte) version;
    text[18] = '-';
    hex(text, 19, (low >>> 48 & 0x3fff) | 0x8000, 4);
    text[23] = '-';
    hex(text, 24, low, 12);
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  private static void hex(byte[] text, int from, long value, int digits) {
    long rest = value;
    for (int i = from + digits - 1; i >= from; i--) {
      text[i] = HEX[(int) (rest & 15)];
      rest >>>= 4;
    }
  }
}
