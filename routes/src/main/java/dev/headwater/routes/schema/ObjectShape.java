package dev.headwater.routes.schema;

import dev.headwater.routes.document.ConfigPath;
import dev.headwater.routes.document.Node;
import dev.headwater.routes.document.Problem;
import dev.headwater.routes.document.Suggestion;
import dev.headwater.routes.schema.Key.Presence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An object with known keys, and the Java value they make together. Other keys are problems. */
public final class ObjectShape<T> extends Shape<T> {
  private final Map<String, Key<?>> keys;
  private final Function<Section, @Nullable T> binding;
  private final List<Key<?>> alternatives;

  private ObjectShape(
      Map<String, Key<?>> keys, Function<Section, @Nullable T> binding, List<Key<?>> alternatives) {
    this.keys = keys;
    this.binding = binding;
    this.alternatives = alternatives;
  }

  /**
   * An object.
   *
   * @param binding makes the value once all required keys are there; may note problems and give
   *     null
   * @param keys in the order of documentation
   */
  public static <T> ObjectShape<T> of(Function<Section, @Nullable T> binding, Key<?>... keys) {
    Map<String, Key<?>> byName = new LinkedHashMap<>();
    for (Key<?> key : keys) {
      if (byName.put(key.name(), key) != null) {
        throw new IllegalArgumentException("key " + key + " declared twice");
      }
    }
    return new ObjectShape<>(byName, binding, List.of());
  }

  /** The same object, which needs exactly one of these optional keys. */
  public ObjectShape<T> withExactlyOneOf(Key<?>... alternatives) {
    return new ObjectShape<>(keys, binding, List.of(alternatives));
  }

  Map<String, Key<?>> keys() {
    return keys;
  }

  @Override
  public @Nullable T read(Node node, ConfigPath path, Reading reading) {
    if (!(node instanceof Node.Mapping mapping)) {
      return mismatch(node, path, reading);
    }
    mapping.entries().forEach((name, entry) -> check(name, entry, path, reading));
    Section section = new Section(node, path, reading);
    boolean complete = hasOneAlternative(mapping, path, reading);
    for (Key<?> key : keys.values()) {
      complete &= readKey(key, mapping, section, path, reading);
    }
    return complete ? binding.apply(section) : null;
  }

  private void check(String name, Node.Entry entry, ConfigPath path, Reading reading) {
    Key<?> key = keys.get(name);
    String at = path.key(name).toString();
    if (key == null) {
      String question = Suggestion.of(name, written());
      String expected = question.isEmpty() ? "expected " + String.join(", ", written()) : question;
      reading.note(new Problem(at, "unknown key", expected, entry.key()));
    } else if (key.presence() == Presence.LATER) {
      reading.note(new Problem(at, Key.NOT_IN_THIS_VERSION, "", entry.key()));
    }
  }

  private List<String> written() {
    return keys.values().stream()
        .filter(key -> key.presence() != Presence.LATER)
        .map(Key::name)
        .toList();
  }

  private boolean hasOneAlternative(Node.Mapping mapping, ConfigPath path, Reading reading) {
    if (alternatives.isEmpty()) {
      return true;
    }
    List<String> given =
        alternatives.stream().map(Key::name).filter(mapping.entries()::containsKey).toList();
    boolean later =
        mapping.entries().keySet().stream()
            .map(keys::get)
            .anyMatch(key -> key != null && key.presence() == Presence.LATER);
    if (given.size() == 1 || (given.isEmpty() && later)) {
      return given.size() == 1;
    }
    String names = alternatives.stream().map(Key::name).collect(Collectors.joining(", "));
    String finding = given.isEmpty() ? "none of " + names : String.join(" and ", given);
    String expected = "expected exactly one of " + names;
    reading.note(
        new Problem(path.toString(), finding, given.isEmpty() ? "" : expected, mapping.origin()));
    return false;
  }

  /** Reads one key into the section; false when a required one is missing or unreadable. */
  private <V> boolean readKey(
      Key<V> key, Node.Mapping mapping, Section section, ConfigPath path, Reading reading) {
    Node.Entry entry = mapping.entries().get(key.name());
    ConfigPath at = path.key(key.name());
    if (key.presence() == Presence.LATER) {
      return true;
    }
    V value = null;
    if (entry != null) {
      section.wrote(key, entry.value());
      value = key.shape().read(entry.value(), at, reading);
    } else if (key.presence() == Presence.REQUIRED) {
      String expected = "expected " + key.shape().expectation();
      reading.note(new Problem(at.toString(), "missing", expected, mapping.origin()));
    }
    Node standIn = key.defaultNode();
    if (value == null && standIn != null) {
      value = key.shape().read(standIn, at, entry == null ? reading : reading.aside());
    }
    if (value != null) {
      section.put(key, value);
    }
    return value != null || key.presence() != Presence.REQUIRED;
  }

  @Override
  public Map<String, Object> jsonSchema() {
    Map<String, Object> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    for (Key<?> key : keys.values()) {
      properties.put(key.name(), JsonSchema.property(key));
      if (key.presence() == Presence.REQUIRED) {
        required.add(key.name());
      }
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("type", "object");
    json.put("properties", properties);
    json.put("additionalProperties", false);
    if (!required.isEmpty()) {
      json.put("required", required);
    }
    if (!alternatives.isEmpty()) {
      json.put(
          "oneOf",
          alternatives.stream().map(key -> Map.of("required", List.of(key.name()))).toList());
    }
    return json;
  }

  @Override
  public String expectation() {
    return "an object with keys " + String.join(", ", written());
  }

  @Override
  public String type() {
    return "object";
  }
}
