package dev.headwater.load;

import io.vertx.core.MultiMap;
import java.util.Set;

/**
 * What an upstream shall do with one request, as the request's own query says: {@code
 * /votes?status=503&delay=200&bytes=4096&cut=body}.
 *
 * @param status HTTP status, 200 to 599, default 200
 * @param delayMillis time before the answer's head, 0 to 60,000, default 0
 * @param bytes size of the body, 0 to 16 MiB, default 1,024
 * @param cut where the connection is closed instead of finishing the answer
 */
record Script(int status, int delayMillis, int bytes, Cut cut) {
  /** Where an answer breaks off. */
  enum Cut {
    NEVER,
    /** Before the first byte of the answer. */
    HEAD,
    /** After half of the body. */
    BODY
  }

  private static final Set<String> KEYS = Set.of("status", "delay", "bytes", "cut");

  /**
   * Reads a query.
   *
   * @throws IllegalArgumentException naming the key, its value and the expected range
   */
  static Script of(MultiMap query) {
    for (String key : query.names()) {
      if (!KEYS.contains(key)) {
        throw new IllegalArgumentException(key + ": unknown (expected one of " + KEYS + ")");
      }
    }
    return new Script(
        number(query, "status", 200, 200, 599),
        number(query, "delay", 0, 0, 60_000),
        number(query, "bytes", 1024, 0, 16 << 20),
        cut(query));
  }

  private static int number(MultiMap query, String key, int absent, int least, int most) {
    String value = query.get(key);
    if (value == null) {
      return absent;
    }
    if (value.matches("[0-9]{1,9}")) {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    }
    throw new IllegalArgumentException(
        key + ": " + value + " (expected " + least + " to " + most + ")");
  }

  private static Cut cut(MultiMap query) {
    String value = query.get("cut");
    if (value == null) {
      return Cut.NEVER;
    }
    return switch (value) {
      case "head" -> Cut.HEAD;
      case "body" -> Cut.BODY;
      default -> throw new IllegalArgumentException("cut: " + value + " (expected head or body)");
    };
  }
}
