package dev.headwater.gateway.trace;

import dev.headwater.gateway.metrics.LoopMetrics;
import java.util.HashMap;
import java.util.Map;

/**
 * Names of spans: the method and the route's template, never a raw path, so that their number is
 * bounded by the configuration. An unknown method is {@code HTTP}. Confined to one loop.
 */
final class SpanNames {
  private static final int MOST = 4096;

  private final Map<String, Map<String, String>> names = new HashMap<>();

  String name(String method, String template) {
    String known = known(method);
    Map<String, String> ofMethod = names.computeIfAbsent(known, ignored -> new HashMap<>());
    String name = ofMethod.get(template);
    if (name == null) {
      if (ofMethod.size() >= MOST) {
        ofMethod.clear();
      }
      name = template.isEmpty() ? known : known + " " + template;
      ofMethod.put(template, name);
    }
    return name;
  }

  /** The method, or {@code HTTP} for one that is not registered for general use. */
  static String known(String method) {
    return isKnown(method) ? method : "HTTP";
  }

  /** The method as a tag's value: one of a few, as in the metrics' label. */
  static String tag(String method) {
    return isKnown(method) ? method : LoopMetrics.OTHER;
  }

  private static boolean isKnown(String method) {
    return switch (method) {
      case "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE" -> true;
      default -> false;
    };
  }
}
