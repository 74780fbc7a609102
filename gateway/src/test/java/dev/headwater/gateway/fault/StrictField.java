package dev.headwater.gateway.fault;

import java.util.List;
import java.util.Locale;

/**
 * One field line.
 *
 * @param name as it was written
 * @param value without white space around it
 */
public record StrictField(String name, String value) {

  /** Values of all fields of that name, in any case of letters, in order. */
  static List<String> all(List<StrictField> fields, String name) {
    return fields.stream()
        .filter(field -> field.name().equalsIgnoreCase(name))
        .map(StrictField::value)
        .toList();
  }

  boolean is(String other) {
    return name.toLowerCase(Locale.ROOT).equals(other);
  }
}
