package dev.headwater.routes.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parts of objects that may be missing: their classes promise nothing about null. */
final class Absent {
  private Absent() {}

  /** The list, or an empty one. */
  static <T> List<T> list(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  /** The text, or an empty one. */
  static String text(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** The map, or an empty one. */
  static Map<String, String> map(@Nullable Map<String, String> map) {
    return map == null ? Map.of() : map;
  }

  /** The annotations of an object. */
  static Map<String, String> annotations(HasMetadata object) {
    return map(object.getMetadata().getAnnotations());
  }
}
