package dev.headwater.routes.schema;

import dev.headwater.routes.document.ConfigPath;
import dev.headwater.routes.document.Node;
import dev.headwater.routes.document.Problem;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a value has to look like, and the Java value it becomes. The one declaration from which
 * checking, JSON Schema and documentation follow. Immutable.
 *
 * @param <T> the value it becomes
 */
public abstract sealed class Shape<T> permits Leaf, ListShape, ObjectShape, TextMapShape {
  Shape() {}

  /** The value that was written, or null after at least one problem was noted. */
  public abstract @Nullable T read(Node node, ConfigPath path, Reading reading);

  /** Its JSON Schema (2020-12) as maps, lists and plain values. */
  public abstract Map<String, Object> jsonSchema();

  /** What is expected, for messages and tables: {@code 0.0 to 1.0}. */
  public abstract String expectation();

  /** One word for tables: {@code duration}, {@code list of name}. */
  public abstract String type();

  @Nullable T mismatch(Node node, ConfigPath path, Reading reading) {
    String expected = "expected " + expectation();
    reading.note(Problem.ofValue(path.toString(), node.kind(), expected, node.origin()));
    return null;
  }
}
