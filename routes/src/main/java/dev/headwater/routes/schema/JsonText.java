package dev.headwater.routes.schema;

import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes maps, lists and plain values as indented JSON (RFC 8259). */
final class JsonText {
  private final StringBuilder out = new StringBuilder();

  private JsonText() {}

  static String of(Map<String, Object> json) {
    JsonText text = new JsonText();
    text.value(json, 0);
    return text.out.append('\n').toString();
  }

  private void value(Object value, int depth) {
    if (value instanceof Map<?, ?> map) {
      map(map, depth);
    } else if (value instanceof List<?> list) {
      list(list, depth);
    } else if (value instanceof Literal number) {
      out.append(number.text());
    } else if (value instanceof Boolean || value instanceof Number) {
      out.append(value);
    } else {
      quote(value.toString(), out);
    }
  }

  private void map(Map<?, ?> map, int depth) {
    out.append('{');
    Iterator<? extends Map.Entry<?, ?>> entries = ordered(map);
    while (entries.hasNext()) {
      Map.Entry<?, ?> entry = entries.next();
      line(depth + 1);
      quote(entry.getKey().toString(), out);
      out.append(": ");
      value(entry.getValue(), depth + 1);
      out.append(entries.hasNext() ? "," : "");
    }
    if (!map.isEmpty()) {
      line(depth);
    }
    out.append('}');
  }

  /** Maps without an order of their own go by name, so that the text is always the same. */
  private static Iterator<? extends Map.Entry<?, ?>> ordered(Map<?, ?> map) {
    return map instanceof LinkedHashMap
        ? map.entrySet().iterator()
        : map.entrySet().stream()
            .sorted(Comparator.comparing(entry -> entry.getKey().toString()))
            .iterator();
  }

  private void list(List<?> list, int depth) {
    boolean flat = list.stream().noneMatch(e -> e instanceof Map || e instanceof List);
    out.append('[');
    for (int i = 0; i < list.size(); i++) {
      out.append(i == 0 ? "" : flat ? ", " : ",");
      if (!flat) {
        line(depth + 1);
      }
      value(list.get(i), depth + 1);
    }
    if (!flat) {
      line(depth);
    }
    out.append(']');
  }

  private void line(int depth) {
    out.append('\n').append("  ".repeat(depth));
  }

  static void quote(String text, StringBuilder to) {
    to.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        to.append('\\').append(c);
      } else if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029' || c == '\uFEFF') {
        to.append(String.format("\\u%04x", (int) c));
      } else {
        to.append(c);
      }
    }
    to.append('"');
  }

  /** A number that is written as it was given. */
  record Literal(String text) {}
}
