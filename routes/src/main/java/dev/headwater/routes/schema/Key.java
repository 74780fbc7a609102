package dev.headwater.routes.schema;

import dev.headwater.routes.document.Node;
import dev.headwater.routes.document.Origin;
import dev.headwater.routes.document.YamlDocument;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One configuration key, declared once: its name, what may be written under it, what holds when
 * nothing is, and one line of documentation. Keys are compared by identity.
 */
public final class Key<T> {
  static final String NOT_IN_THIS_VERSION = "not in this version";

  private final String name;
  private final Presence presence;
  private final Shape<T> shape;
  private final @Nullable Node defaultNode;
  private final String defaultText;
  private final String doc;

  private Key(String name, Presence presence, Shape<T> shape, String defaultText, String doc) {
    this.name = name;
    this.presence = presence;
    this.shape = shape;
    this.defaultText = defaultText;
    this.doc = doc;
    this.defaultNode =
        presence == Presence.DEFAULTED
            ? YamlDocument.parse(defaultText, Origin.Default.PLAIN).root()
            : null;
    if (presence == Presence.DEFAULTED && defaultNode == null) {
      throw new IllegalArgumentException(name + ": default '" + defaultText + "' is not YAML");
    }
  }

  /** A key that must be written. */
  public static <T> Key<T> required(String name, Shape<T> shape, String doc) {
    return new Key<>(name, Presence.REQUIRED, shape, "", doc);
  }

  /** A key without which something is absent; {@code doc} says what. */
  public static <T> Key<T> optional(String name, Shape<T> shape, String doc) {
    return new Key<>(name, Presence.OPTIONAL, shape, "", doc);
  }

  /** A key that stands for {@code yaml} when it is not written. */
  public static <T> Key<T> defaulted(String name, Shape<T> shape, String yaml, String doc) {
    return new Key<>(name, Presence.DEFAULTED, shape, yaml, doc);
  }

  /** A key that a later version has: known by name, refused as such. */
  public static Key<String> later(String name, String doc) {
    Leaf<String> anything = Leaf.of("-", "-", Leaf.Form.ANY, Map.of(), Parsed::of);
    return new Key<>(name, Presence.LATER, anything, "", doc);
  }

  /** The key as it is written. */
  public String name() {
    return name;
  }

  Presence presence() {
    return presence;
  }

  Shape<T> shape() {
    return shape;
  }

  @Nullable Node defaultNode() {
    return defaultNode;
  }

  String defaultText() {
    return defaultText;
  }

  String doc() {
    return doc;
  }

  /** The same text as in {@code environment names}: {@code accessLog} is {@code ACCESS_LOG}. */
  String variable() {
    StringBuilder variable = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isUpperCase(c)) {
        variable.append('_');
      }
      variable.append(Character.toUpperCase(c));
    }
    return variable.toString();
  }

  @Override
  public String toString() {
    return name;
  }

  /** What it takes to write nothing. */
  enum Presence {
    REQUIRED,
    OPTIONAL,
    DEFAULTED,
    LATER
  }
}
