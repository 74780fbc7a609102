package dev.headwater.gateway.filter;

import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.FieldName;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.sampling.Decision;
import dev.headwater.sampling.propagation.TraceStart;
import java.nio.charset.StandardCharsets;

/**
 * The id of each request: a caller's that is trusted and plain, or a random UUID (version 4, RFC
 * 9562 5.4).
 *
 * <p>Another caller's id never becomes ours, since it is joined with logs and spans; it goes on as
 * {@code X-Client-Request-Id} when it needs no escaping anywhere, and is dropped otherwise. With
 * {@code requestId.envoyReason} the version digit of every UUID says what Envoy reads there: 9 for
 * a sampled request, b for one that a caller forced, 4 for another.
 */
final class RequestIds {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private static final int MAX_LENGTH = 200;

  private static final char NONE = 0;

  /** The version of random UUIDs; Envoy reads it as not traced. */
  private static final char RANDOM = '4';

  private static final int UUID_LENGTH = 36;
  private static final int VERSION = 14;

  private RequestIds() {}

  /**
   * Gives the exchange its id, and the fields what the upstream is to see of it.
   *
   * @param keeps whether the caller's id is taken over
   */
  static void apply(Exchange exchange, Fields fields, boolean keeps) {
    String given = fields.get(FieldName.X_REQUEST_ID);
    String plain = given != null && acceptable(given) ? given : null;
    String id = keeps && plain != null ? packed(exchange, plain) : next(exchange);
    if (!keeps) {
      fields.remove(FieldName.X_CLIENT_REQUEST_ID);
    }
    if (!id.equals(given) || isTwice(fields)) {
      fields.remove(FieldName.X_REQUEST_ID);
      fields.add("X-Request-ID", id);
    }
    if (!keeps && plain != null) {
      fields.add("X-Client-Request-Id", plain);
    }
    exchange.requestId(id);
  }

  private static boolean isTwice(Fields fields) {
    int first = fields.find(FieldName.X_REQUEST_ID, 0);
    return fields.find(FieldName.X_REQUEST_ID, first + 1) >= 0;
  }

  /** A caller's id with our decision in it, where it has a place for that. */
  private static String packed(Exchange exchange, String given) {
    char version = version(exchange);
    return version == NONE || !isUuid(given) || given.charAt(VERSION) == version
        ? given
        : given.substring(0, VERSION) + version + given.substring(VERSION + 1);
  }

  /** Whether it has the form of a UUID of any version, in any case. */
  static boolean isUuid(String id) {
    if (id.length() != UUID_LENGTH) {
      return false;
    }
    for (int i = 0; i < UUID_LENGTH; i++) {
      boolean hyphen = i == 8 || i == 13 || i == 18 || i == 23;
      char c = id.charAt(i);
      if (hyphen ? c != '-' : c >= 0x80 || Character.digit(c, 16) < 0) {
        return false;
      }
    }
    return true;
  }

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
    char version = version(exchange);
    return uuid(high, low, version == NONE ? RANDOM : version);
  }

  /** What Envoy is to read, or {@link #NONE} when it is told nothing. */
  private static char version(Exchange exchange) {
    TraceStart trace = exchange.trace();
    return trace == null || !exchange.snapshot().configuration().tracing().requestId().envoyReason()
        ? NONE
        : reason(trace.decision());
  }

  /** Envoy's trace reasons (source/extensions/request_id/uuid/config.h). */
  static char reason(Decision decision) {
    if (!decision.sampled()) {
      return RANDOM;
    }
    return switch (decision.reason()) {
      case FORCED, DEBUG -> 'b';
      default -> '9';
    };
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
