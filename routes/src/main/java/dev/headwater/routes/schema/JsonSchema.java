package dev.headwater.routes.schema;

import dev.headwater.routes.document.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON Schema (2020-12) of a configuration, for editors and validators that know nothing of us.
 * Says less than the reader does: references, uniqueness and a duration's range are beyond it.
 */
public final class JsonSchema {
  private JsonSchema() {}

  /** The schema as indented JSON. */
  public static String text(ObjectShape<?> root, String title) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    json.put("title", title);
    json.putAll(root.jsonSchema());
    return JsonText.of(json);
  }

  static Map<String, Object> property(Key<?> key) {
    Map<String, Object> json = new LinkedHashMap<>();
    if (key.presence() == Key.Presence.LATER) {
      json.put("description", key.doc() + " (" + Key.NOT_IN_THIS_VERSION + ")");
      json.put("not", Map.of());
      return json;
    }
    json.put("description", key.doc());
    json.putAll(key.shape().jsonSchema());
    Node standIn = key.defaultNode();
    if (standIn != null) {
      json.put("default", plain(standIn, key.shape()));
    }
    return json;
  }

  /** A default as JSON, numbers and booleans by the shape that reads them. */
  private static Object plain(Node node, Shape<?> shape) {
    if (node instanceof Node.Sequence list) {
      List<Object> elements = new ArrayList<>();
      Shape<?> element = ((ListShape<?>) shape).element();
      list.elements().forEach(each -> elements.add(plain(each, element)));
      return elements;
    }
    if (node instanceof Node.Mapping mapping) {
      Map<String, Object> entries = new LinkedHashMap<>();
      mapping
          .entries()
          .forEach(
              (name, entry) -> {
                Key<?> key = shape instanceof ObjectShape<?> o ? o.keys().get(name) : null;
                entries.put(name, key == null ? "" : plain(entry.value(), key.shape()));
              });
      return entries;
    }
    String text = ((Node.Scalar) node).text();
    Leaf.Form form = ((Leaf<?>) shape).form();
    return form == Leaf.Form.NUMBER || (form == Leaf.Form.ANY && Numbers.isNumber(text))
        ? new JsonText.Literal(text)
        : form == Leaf.Form.BOOLEAN ? (Object) text.equals("true") : text;
  }
}
