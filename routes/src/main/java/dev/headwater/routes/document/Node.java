package dev.headwater.routes.document;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value as it is written, with its place. Immutable. */
public sealed interface Node {
  /** Where the value starts. */
  Origin origin();

  /** What kind of value it is, for messages. */
  String kind();

  /**
   * Text, a number, a boolean, or nothing.
   *
   * @param text without quotes and escapes
   * @param plain written without quotes, so that YAML reads numbers, booleans and null out of it
   */
  record Scalar(String text, boolean plain, Origin origin) implements Node {
    /** Whether it stands for no value. */
    public boolean isNull() {
      return plain && (text.isEmpty() || text.equals("null") || text.equals("~"));
    }

    @Override
    public String kind() {
      return isNull() ? "nothing" : text;
    }
  }

  /** A list. */
  record Sequence(List<Node> elements, Origin origin) implements Node {
    public Sequence {
      elements = List.copyOf(elements);
    }

    @Override
    public String kind() {
      return "a list";
    }
  }

  /** Keys with values, in the order of writing. */
  record Mapping(Map<String, Entry> entries, Origin origin) implements Node {
    public Mapping {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    @Override
    public String kind() {
      return "an object";
    }
  }

  /**
   * One key of a mapping.
   *
   * @param key where the key stands
   * @param value what belongs to it
   */
  record Entry(Origin key, Node value) {}
}
