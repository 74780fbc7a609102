package dev.headwater.gateway;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A request head as an upstream got it.
 *
 * @param text every byte of it
 */
record SeenHead(String text) {

  /** Values of all fields of that name, in order. */
  List<String> all(String name) {
    String prefix = name.toLowerCase(Locale.ROOT) + ":";
    return Arrays.stream(text.split("\r\n"))
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
        .map(line -> line.substring(prefix.length()).trim())
        .toList();
  }

  /** The value of a field that is there exactly once. */
  String only(String name) {
    List<String> values = all(name);
    if (values.size() != 1) {
      throw new AssertionError(name + ": " + values + " (expected one) in\n" + text);
    }
    return values.get(0);
  }

  String traceId() {
    return only("X-B3-TraceId");
  }

  boolean sampled() {
    return only("X-B3-Sampled").equals("1");
  }
}
