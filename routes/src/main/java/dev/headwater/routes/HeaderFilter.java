package dev.headwater.routes;

import java.util.List;
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
  public HeaderFilter {
    set = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(set));
    add = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(add));
    remove = List.copyOf(remove);
  }

  /** Which message a filter edits. */
  public enum Direction {
    /** Towards the upstream. */
    REQUEST,
    /** Towards the client. */
    RESPONSE
  }
}
