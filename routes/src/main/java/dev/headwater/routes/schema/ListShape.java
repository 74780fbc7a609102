package dev.headwater.routes.schema;

import dev.headwater.routes.document.ConfigPath;
import dev.headwater.routes.document.Node;
import dev.headwater.routes.document.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A list of values of one shape. What cannot be read is noted and left out. */
public final class ListShape<T> extends Shape<List<T>> {
  private final Shape<T> element;
  private final int least;
  private final int most;
  private final String size;

  private ListShape(Shape<T> element, int least, int most, String size) {
    this.element = element;
    this.least = least;
    this.most = most;
    this.size = size;
  }

  /** Any number of elements. */
  public static <T> ListShape<T> of(Shape<T> element) {
    return new ListShape<>(element, 0, Integer.MAX_VALUE, "");
  }

  /** The same with at least one. */
  public ListShape<T> notEmpty() {
    return new ListShape<>(element, 1, most, "expected at least one");
  }

  /** The same with at most so many; {@code reason} is what the message says about more. */
  public ListShape<T> atMost(int elements, String reason) {
    return new ListShape<>(element, least, elements, reason);
  }

  Shape<T> element() {
    return element;
  }

  @Override
  public @Nullable List<T> read(Node node, ConfigPath path, Reading reading) {
    if (!(node instanceof Node.Sequence sequence)) {
      return mismatch(node, path, reading);
    }
    int found = sequence.elements().size();
    if (found < least || found > most) {
      String count = found == 1 ? "1 element" : found + " elements";
      reading.note(new Problem(path.toString(), count, size, node.origin()));
    }
    List<T> values = new ArrayList<>(found);
    for (int i = 0; i < found; i++) {
      T value = element.read(sequence.elements().get(i), path.element(i), reading);
      if (value != null) {
        values.add(value);
      }
    }
    return values;
  }

  @Override
  public Map<String, Object> jsonSchema() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("type", "array");
    json.put("items", element.jsonSchema());
    if (least > 0) {
      json.put("minItems", least);
    }
    if (most < Integer.MAX_VALUE) {
      json.put("maxItems", most);
    }
    return json;
  }

  @Override
  public String expectation() {
    return element instanceof Leaf ? "a list, each " + element.expectation() : "a list of objects";
  }

  @Override
  public String type() {
    return "list of " + element.type();
  }
}
