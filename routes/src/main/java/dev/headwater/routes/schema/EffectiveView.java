package dev.headwater.routes.schema;

import dev.headwater.routes.document.ConfigPath;
import dev.headwater.routes.document.Node;
import dev.headwater.routes.document.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Every value in force, in the order of documentation, with its origin; secrets masked. The YAML
 * that it prints reads back to the same configuration wherever no secret was in it.
 */
public final class EffectiveView {
  /** Stands for a secret. */
  public static final String MASK = "'***'";

  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z0-9/](?:[A-Za-z0-9_./:-]*[A-Za-z0-9_./-])?");

  private final List<Line> lines = new ArrayList<>();
  private final Set<String> hidden;

  private EffectiveView(Set<String> hidden) {
    this.hidden = hidden;
  }

  /**
   * The view of a tree, readable or not: what does not fit its shape is left out.
   *
   * @param hidden paths to leave out because something else says the same
   */
  public static EffectiveView of(Node root, ObjectShape<?> shape, Set<String> hidden) {
    EffectiveView view = new EffectiveView(hidden);
    view.object(root, shape, ConfigPath.ROOT, "", "");
    return view;
  }

  /** One value in force. */
  public record Value(String path, String text, Origin origin) {}

  /** The values in order, for machines. */
  public List<Value> values() {
    return lines.stream()
        .filter(line -> line.isValue)
        .map(line -> new Value(line.path, line.text, line.origin))
        .toList();
  }

  /**
   * YAML with the origin of each value as a comment.
   *
   * @param defaults whether values that nobody wrote are shown, too
   */
  public String yaml(boolean defaults) {
    StringBuilder yaml = new StringBuilder();
    for (Line line : lines) {
      if (defaults || !line.isDefault) {
        yaml.append(line.lead).append(line.text).append(!defaults && line.isBare ? " {}" : "");
        yaml.append(line.isValue ? "  # " + line.origin.label() : "").append('\n');
      }
    }
    return yaml.toString();
  }

  private boolean any(Node node, Shape<?> shape, ConfigPath path, String lead, String indent) {
    if (shape instanceof ObjectShape<?> object) {
      return object(node, object, path, lead, indent);
    }
    if (shape instanceof ListShape<?> list && node instanceof Node.Sequence sequence) {
      return list(sequence, list.element(), path, lead, indent);
    }
    if (shape instanceof TextMapShape map && node instanceof Node.Mapping mapping) {
      return texts(mapping, map, path, lead, indent);
    }
    if (shape instanceof Leaf<?> leaf && node instanceof Node.Scalar scalar) {
      String text = written(scalar.text(), leaf.form());
      return line(path, lead, text, scalar.origin(), true);
    }
    return true;
  }

  private boolean object(
      Node node, ObjectShape<?> shape, ConfigPath path, String lead, String indent) {
    if (!(node instanceof Node.Mapping mapping)) {
      return true;
    }
    int mark = lines.size();
    boolean isDefault = node.origin() instanceof Origin.Default;
    String first = lead;
    for (Key<?> key : shape.keys().values()) {
      Node.Entry entry = mapping.entries().get(key.name());
      Node value = entry == null ? key.defaultNode() : entry.value();
      ConfigPath at = path.key(key.name());
      if (value != null && !hidden.contains(at.toString())) {
        int before = lines.size();
        isDefault &= pair(first, indent, key.name(), value, key.shape(), at);
        first = lines.size() > before ? indent : first;
      }
    }
    if (lines.size() == mark && !lead.isEmpty()) {
      return line(path, lead, "{}", node.origin(), true);
    }
    return isDefault;
  }

  /** A key and its value: beside it when it is a scalar or empty, below it otherwise. */
  private boolean pair(
      String lead, String indent, String name, Node value, Shape<?> shape, ConfigPath path) {
    boolean isBlock = !(value instanceof Node.Scalar) && !isEmpty(value, shape);
    if (!isBlock) {
      return any(value, shape, path, lead + name + ": ", indent);
    }
    int at = lines.size();
    line(path, lead, name + ":", value.origin(), false);
    boolean isDefault = any(value, shape, path, indent + "  ", indent + "  ");
    boolean isBare = lines.subList(at + 1, lines.size()).stream().allMatch(Line::isDefault);
    lines.set(at, lines.get(at).asBlock(isDefault, isBare));
    return isDefault;
  }

  private static boolean isEmpty(Node value, Shape<?> shape) {
    return value instanceof Node.Sequence list
        ? list.elements().isEmpty()
        : shape instanceof TextMapShape && ((Node.Mapping) value).entries().isEmpty();
  }

  private boolean list(
      Node.Sequence sequence, Shape<?> element, ConfigPath path, String lead, String indent) {
    if (sequence.elements().isEmpty()) {
      return line(path, lead, "[]", sequence.origin(), true);
    }
    boolean isDefault = true;
    for (int i = 0; i < sequence.elements().size(); i++) {
      Node value = sequence.elements().get(i);
      isDefault &= any(value, element, path.element(i), indent + "- ", indent + "  ");
    }
    return isDefault;
  }

  private boolean texts(
      Node.Mapping mapping, TextMapShape shape, ConfigPath path, String lead, String indent) {
    if (mapping.entries().isEmpty()) {
      return line(path, lead, "{}", mapping.origin(), true);
    }
    for (Map.Entry<String, Node.Entry> entry : mapping.entries().entrySet()) {
      Node value = entry.getValue().value();
      String text = value instanceof Node.Scalar scalar ? scalar.text() : "";
      String shown = shape.isSecret(entry.getKey()) ? MASK : written(text, Leaf.Form.TEXT);
      String name = written(entry.getKey(), Leaf.Form.TEXT) + ": ";
      line(path.key(entry.getKey()), indent + name, shown, value.origin(), true);
    }
    return false;
  }

  private boolean line(ConfigPath path, String lead, String text, Origin origin, boolean isValue) {
    boolean isDefault = origin instanceof Origin.Default;
    lines.add(new Line(path.toString(), lead, text, origin, isValue, isDefault, false));
    return isDefault;
  }

  private static String written(String text, Leaf.Form form) {
    boolean bare = form == Leaf.Form.NUMBER || form == Leaf.Form.BOOLEAN;
    boolean safe =
        PLAIN.matcher(text).matches()
            && !text.equals("null")
            && (form == Leaf.Form.ANY || !Leaf.Form.isNumberOrBoolean(text));
    if (bare || safe) {
      return text;
    }
    StringBuilder quoted = new StringBuilder();
    JsonText.quote(text, quoted);
    return quoted.toString();
  }

  /**
   * One line of YAML.
   *
   * @param isBare a block of which nobody wrote more than the braces
   */
  private record Line(
      String path,
      String lead,
      String text,
      Origin origin,
      boolean isValue,
      boolean isDefault,
      boolean isBare) {
    Line asBlock(boolean allDefault, boolean bare) {
      return new Line(path, lead, text, origin, isValue, allDefault, bare);
    }
  }
}
