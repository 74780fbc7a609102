package dev.headwater.routes.schema;

import dev.headwater.routes.document.ConfigPath;
import dev.headwater.routes.document.Node;
import dev.headwater.routes.document.Origin;
import dev.headwater.routes.document.Problem;
import dev.headwater.routes.document.Suggestion;
import dev.headwater.routes.document.YamlDocument;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lays settings over a tree, one value at a time. What is not touched stays as written; where a
 * setting reaches below something absent, its default is the ground it stands on.
 */
public final class Overlay {
  private final Reading reading;
  private final List<Masked> masked = new ArrayList<>();

  /** An overlay whose problems go to {@code reading}. */
  public Overlay(Reading reading) {
    this.reading = reading;
  }

  /** Values in files that the settings laid so far took the effect from. */
  public List<Masked> masked() {
    return List.copyOf(masked);
  }

  /** A tree with one more setting. A path that leads nowhere is noted, and the tree stays. */
  public Node lay(Node root, ObjectShape<?> shape, Setting setting) {
    List<String> steps = steps(setting.path());
    return new Descent(setting, steps).into(root, shape, 0, ConfigPath.ROOT);
  }

  /** {@code a[0].b} as {@code a}, {@code 0}, {@code b}. */
  private static List<String> steps(String path) {
    return Arrays.asList(path.replace("[", ".").replace("]", "").split("\\.", -1));
  }

  /** One setting on its way down. */
  private final class Descent {
    private final Setting setting;
    private final List<String> steps;

    Descent(Setting setting, List<String> steps) {
      this.setting = setting;
      this.steps = steps;
    }

    Node into(@Nullable Node node, Shape<?> shape, int at, ConfigPath path) {
      Node ground = node == null ? empty(shape) : node;
      if (at == steps.size()) {
        if (node != null && node.origin() instanceof Origin.InFile) {
          masked.add(new Masked(path.toString(), setting.origin(), node.origin()));
        }
        Node value = value(shape);
        return value == null ? ground : value;
      }
      String step = steps.get(at);
      if (shape instanceof ObjectShape<?> object && ground instanceof Node.Mapping mapping) {
        return intoKey(mapping, object, step, at, path);
      }
      if (shape instanceof ListShape<?> list && ground instanceof Node.Sequence sequence) {
        return intoElement(sequence, list.element(), step, at, path);
      }
      if (shape instanceof Leaf || shape instanceof TextMapShape) {
        refuse(path.key(step), "");
      }
      return ground;
    }

    private Node intoKey(
        Node.Mapping mapping, ObjectShape<?> shape, String step, int at, ConfigPath path) {
      Key<?> key = shape.keys().get(step);
      if (key == null) {
        refuse(path.key(step), Suggestion.of(step, shape.keys().keySet()));
        return mapping;
      }
      Node.Entry before = mapping.entries().get(step);
      Node ground = before == null ? key.defaultNode() : before.value();
      Node value = into(ground, key.shape(), at + 1, path.key(step));
      Map<String, Node.Entry> entries = new LinkedHashMap<>(mapping.entries());
      entries.put(step, new Node.Entry(before == null ? setting.origin() : before.key(), value));
      return new Node.Mapping(entries, written(mapping));
    }

    private Node intoElement(
        Node.Sequence sequence, Shape<?> element, String step, int at, ConfigPath path) {
      List<Node> elements = new ArrayList<>(sequence.elements());
      long index = Numbers.whole(step);
      if (index < 0 || index > elements.size()) {
        String expected = "expected an index from 0 to " + elements.size();
        refuse(index < 0 ? path.key(step) : path.element((int) index), expected);
        return sequence;
      }
      int i = (int) index;
      Node before = i < elements.size() ? elements.get(i) : null;
      Node value = into(before, element, at + 1, path.element(i));
      if (before == null) {
        elements.add(value);
      } else {
        elements.set(i, value);
      }
      return new Node.Sequence(elements, written(sequence));
    }

    /** Who wrote an object or list: the setting itself where nobody had. */
    private Origin written(Node ground) {
      return ground.origin() instanceof Origin.Default ? setting.origin() : ground.origin();
    }

    private void refuse(ConfigPath path, String expectation) {
      reading.note(new Problem(path.toString(), "unknown key", expectation, setting.origin()));
    }

    private Node empty(Shape<?> shape) {
      return shape instanceof ListShape
          ? new Node.Sequence(List.of(), setting.origin())
          : new Node.Mapping(Map.of(), setting.origin());
    }

    private @Nullable Node value(Shape<?> shape) {
      if (shape instanceof Leaf) {
        return scalar(setting.value());
      }
      YamlDocument document = YamlDocument.parse(setting.value(), setting.origin());
      document.problems().forEach(reading::note);
      Node root = document.root();
      boolean commas = shape instanceof ListShape<?> list && list.element() instanceof Leaf;
      return commas && root instanceof Node.Scalar ? commaSeparated() : root;
    }

    private Node commaSeparated() {
      List<Node> elements = new ArrayList<>();
      for (String part : setting.value().split(",", -1)) {
        elements.add(scalar(part.strip()));
      }
      return new Node.Sequence(elements, setting.origin());
    }

    /** Quoted, as it were: an empty variable is an empty text, never nothing. */
    private Node.Scalar scalar(String text) {
      return new Node.Scalar(text, false, setting.origin());
    }
  }
}
