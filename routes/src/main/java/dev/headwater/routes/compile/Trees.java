package dev.headwater.routes.compile;

import dev.headwater.routes.document.Node;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Single steps in trees that may not be what they should. */
final class Trees {
  private Trees() {}

  /** The value of a key, or null when there is no such key or no mapping at all. */
  static @Nullable Node find(@Nullable Node node, String key) {
    Node.Entry entry = node instanceof Node.Mapping mapping ? mapping.entries().get(key) : null;
    return entry == null ? null : entry.value();
  }

  /** A mapping with one more key, or another value for it. */
  static Node with(Node.Mapping mapping, String key, Node value) {
    Map<String, Node.Entry> entries = new LinkedHashMap<>(mapping.entries());
    entries.put(key, new Node.Entry(value.origin(), value));
    return new Node.Mapping(entries, mapping.origin());
  }
}
