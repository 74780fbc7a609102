package dev.headwater.load.acceptance;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One request as a service behind the gateway saw it.
 *
 * @param path of its target
 * @param fields header fields in their order, duplicates included
 */
record Arrival(String path, List<Map.Entry<String, String>> fields) {
  /** All values of a field, whatever the case of its name. */
  List<String> all(String name) {
    return fields.stream()
        .filter(field -> field.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** The value of a field that is there exactly once. */
  String only(String name) {
    List<String> values = all(name);
    if (values.size() != 1) {
      throw new AssertionError(path + ": " + name + " " + values + " (expected one) in " + fields);
    }
    return values.get(0);
  }

  String traceId() {
    return only("x-b3-traceid");
  }

  String spanId() {
    return only("x-b3-spanid");
  }

  boolean sampled() {
    return only("x-b3-sampled").equals("1");
  }

  /** Names of its fields, in lower case. */
  List<String> names() {
    return fields.stream().map(field -> field.getKey().toLowerCase(Locale.ROOT)).toList();
  }
}
