package dev.headwater.routes.schema;

import dev.headwater.routes.document.ConfigPath;
import dev.headwater.routes.document.Node;
import dev.headwater.routes.document.Problem;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Texts under keys that the writer chooses, such as header fields. Some may be secret. */
public final class TextMapShape extends Shape<Map<String, String>> {
  private final Leaf<String> name;
  private final Leaf<String> value;
  private final Predicate<String> secret;

  private TextMapShape(Leaf<String> name, Leaf<String> value, Predicate<String> secret) {
    this.name = name;
    this.value = value;
    this.secret = secret;
  }

  /**
   * Names and values of some shape.
   *
   * @param secret whether the value under a written name must not be shown
   */
  public static TextMapShape of(Leaf<String> name, Leaf<String> value, Predicate<String> secret) {
    return new TextMapShape(name, value, secret);
  }

  boolean isSecret(String writtenName) {
    return secret.test(writtenName);
  }

  @Override
  public @Nullable Map<String, String> read(Node node, ConfigPath path, Reading reading) {
    if (!(node instanceof Node.Mapping mapping)) {
      return mismatch(node, path, reading);
    }
    Map<String, String> values = new LinkedHashMap<>();
    mapping
        .entries()
        .forEach(
            (written, entry) -> {
              ConfigPath at = path.key(written);
              String key = name.read(new Node.Scalar(written, false, entry.key()), at, reading);
              String text = readValue(written, entry.value(), at, reading);
              if (key != null && text != null && values.put(key, text) != null) {
                reading.note(
                    new Problem(at.toString(), "written twice", "expected once", entry.key()));
              }
            });
    return values;
  }

  private @Nullable String readValue(String written, Node node, ConfigPath at, Reading reading) {
    if (!secret.test(written)) {
      return value.read(node, at, reading);
    }
    Reading aside = reading.aside();
    String text = value.read(node, at, aside);
    if (text == null) {
      String expected = "expected " + value.expectation();
      reading.note(new Problem(at.toString(), EffectiveView.MASK, expected, node.origin()));
    }
    return text;
  }

  @Override
  public Map<String, Object> jsonSchema() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("type", "object");
    json.put("propertyNames", name.jsonSchema());
    json.put("additionalProperties", value.jsonSchema());
    return json;
  }

  @Override
  public String expectation() {
    return "an object of texts";
  }

  @Override
  public String type() {
    return "object of text";
  }
}
