package dev.headwater.routes;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Edits header fields of requests or of responses: removes first, then sets, then adds. Names are
 * in lower case; a value is data, nothing in it is expanded.
 *
 * @param direction which message
 * @param set replaces every field of that name by one
 * @param add appends a field
 * @param remove names to drop
 */
public record HeaderFilter(
    Direction direction, Map<String, String> set, Map<String, String> add, List<String> remove) {
  private static final List<String> SECRET_WORDS =
      List.of("authorization", "cookie", "token", "secret", "password", "api-key", "apikey");

  public HeaderFilter {
    set = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(set));
    add = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(add));
    remove = List.copyOf(remove);
  }

  /** Whether the value under a name, in any case, is nobody's business. */
  public static boolean isSecret(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return SECRET_WORDS.stream().anyMatch(lower::contains);
  }

  /** Which message a filter edits. */
  public enum Direction {
    /** Towards the upstream. */
    REQUEST,
    /** Towards the client. */
    RESPONSE
  }
}
