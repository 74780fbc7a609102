package dev.headwater.routes.schema;

/** All keys as Markdown tables, one per top-level key. */
public final class KeyTable {
  private final StringBuilder out = new StringBuilder();

  private KeyTable() {}

  /** The tables of a configuration. */
  public static String markdown(ObjectShape<?> root) {
    KeyTable table = new KeyTable();
    for (Key<?> key : root.keys().values()) {
      table.out.append("\n## ").append(key.name()).append("\n\n").append(key.doc()).append(".\n\n");
      table.out.append("| key | type | default | range | meaning |\n|---|---|---|---|---|\n");
      table.row(key.name(), key);
    }
    return table.out.toString();
  }

  private void row(String path, Key<?> key) {
    boolean later = key.presence() == Key.Presence.LATER;
    Shape<?> shape = key.shape();
    boolean object =
        shape instanceof ObjectShape
            || (shape instanceof ListShape<?> list && list.element() instanceof ObjectShape);
    out.append("| ").append(code(path)).append(" | ");
    out.append(later ? "" : shape.type()).append(" | ");
    out.append(later ? "" : standIn(key)).append(" | ");
    out.append(later || object ? "" : escaped(shape.expectation())).append(" | ");
    out.append(later ? "**not in this version** " : "").append(escaped(key.doc())).append(" |\n");
    below(path, shape);
  }

  private void below(String path, Shape<?> shape) {
    if (shape instanceof ObjectShape<?> object) {
      object.keys().values().forEach(key -> row(path + "." + key.name(), key));
    } else if (shape instanceof ListShape<?> list) {
      below(path + "[]", list.element());
    }
  }

  private static String standIn(Key<?> key) {
    return switch (key.presence()) {
      case REQUIRED -> "required";
      case DEFAULTED -> code(key.defaultText());
      case OPTIONAL, LATER -> "absent";
    };
  }

  private static String code(String text) {
    return "`" + escaped(text) + "`";
  }

  private static String escaped(String text) {
    return text.replace("|", "\\|");
  }
}
