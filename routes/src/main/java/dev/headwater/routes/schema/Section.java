package dev.headwater.routes.schema;

import dev.headwater.routes.document.ConfigPath;
import dev.headwater.routes.document.Node;
import dev.headwater.routes.document.Origin;
import dev.headwater.routes.document.Problem;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The values of one object while it is made into a Java value. Where a value could not be read its
 * default stands in, so that everything else is still checked; the result is not used then.
 */
public final class Section {
  private final IdentityHashMap<Key<?>, Object> values = new IdentityHashMap<>();
  private final IdentityHashMap<Key<?>, Node> written = new IdentityHashMap<>();
  private final Node node;
  private final ConfigPath path;
  private final Reading reading;

  Section(Node node, ConfigPath path, Reading reading) {
    this.node = node;
    this.path = path;
    this.reading = reading;
  }

  void put(Key<?> key, Object value) {
    values.put(key, value);
  }

  void wrote(Key<?> key, Node value) {
    written.put(key, value);
  }

  boolean has(Key<?> key) {
    return values.containsKey(key);
  }

  /** The value of a required key or one with a default. */
  public <T> T get(Key<T> key) {
    T value = find(key);
    if (value == null) {
      throw new IllegalStateException(key + ": neither required nor defaulted");
    }
    return value;
  }

  /** The value of an optional key, or null. */
  @SuppressWarnings("unchecked") // a key's shape made the value
  public <T> @Nullable T find(Key<T> key) {
    return (T) values.get(key);
  }

  /** Whether somebody wrote the key, readable or not. */
  public boolean isGiven(Key<?> key) {
    Node value = written.get(key);
    return value != null && !(value.origin() instanceof Origin.Default);
  }

  /** How many elements were written under the key of a list, readable or not. */
  public int written(Key<?> key) {
    return written.get(key) instanceof Node.Sequence list ? list.elements().size() : 0;
  }

  /** The text of the file that a key names; null after a problem was noted. */
  public @Nullable String file(Key<String> key) {
    String name = find(key);
    Node value = written.getOrDefault(key, node);
    return name == null ? null : reading.text(name, path.key(key.name()), value.origin());
  }

  /** Notes a problem with one element of the list under a key. */
  public void refuseElement(Key<?> key, int index, String finding, String expectation) {
    Node element =
        written.get(key) instanceof Node.Sequence list ? list.elements().get(index) : node;
    ConfigPath at = path.key(key.name()).element(index);
    reading.note(Problem.ofValue(at.toString(), finding, expectation, element.origin()));
  }

  /** Notes a problem with what was written under a key. */
  public void refuse(Key<?> key, String finding, String expectation) {
    Node value = written.getOrDefault(key, node);
    reading.note(
        Problem.ofValue(path.key(key.name()).toString(), finding, expectation, value.origin()));
  }

  /** Notes a problem with the object as a whole. */
  public void refuse(String finding, String expectation) {
    reading.note(Problem.ofValue(path.toString(), finding, expectation, node.origin()));
  }
}
