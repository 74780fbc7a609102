package dev.headwater.gateway.trace;

import brave.handler.MutableSpan;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.routes.SpanPolicy;
import dev.headwater.routes.SpanPolicy.Capture;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes tags within the bounds of the configuration: values are cut, and tags beyond the number
 * are left out. What peers choose passes here; what is ours is short and goes to the span directly,
 * first, so that it always fits.
 */
final class SpanTags {
  private SpanTags() {}

  /** Tags a value, cut to the longest allowed; not at all when the span holds its number. */
  static void put(MutableSpan span, SpanPolicy policy, String tag, String value) {
    if (span.tagCount() < policy.maxTags()) {
      span.tag(tag, cut(value, policy.maxTagLength()));
    }
  }

  /** The value, or its start; a pair of surrogates is not torn. */
  static String cut(String value, int length) {
    if (value.length() <= length) {
      return value;
    }
    boolean torn = Character.isHighSurrogate(value.charAt(length - 1));
    return value.substring(0, torn ? length - 1 : length);
  }

  /**
   * Tags the headers that the configuration names.
   *
   * @param secret one that is never shown, in lower case, or null
   */
  static void headers(
      MutableSpan span,
      SpanPolicy policy,
      List<Capture> names,
      Fields fields,
      @Nullable String secret) {
    for (int i = 0; i < names.size(); i++) {
      Capture capture = names.get(i);
      String value = fields.joined(capture.name());
      if (value != null && !capture.name().equals(secret)) {
        put(span, policy, capture.tag(), PublicUrl.of(capture.name(), value));
      }
    }
  }

  /** Tags the query parameters that the configuration names, each as it was sent. */
  static void query(MutableSpan span, SpanPolicy policy, @Nullable String query) {
    List<Capture> names = policy.query();
    if (query == null) {
      return;
    }
    for (int i = 0; i < names.size(); i++) {
      String value = parameter(query, names.get(i).name());
      if (value != null) {
        put(span, policy, names.get(i).tag(), value);
      }
    }
  }

  /** Value of the first parameter of that name, not decoded; empty for one without, or null. */
  static @Nullable String parameter(String query, String name) {
    int from = 0;
    while (from <= query.length()) {
      int mark = query.indexOf('&', from);
      int end = mark < 0 ? query.length() : mark;
      if (query.startsWith(name, from)) {
        int after = from + name.length();
        if (after == end) {
          return "";
        }
        if (after < end && query.charAt(after) == '=') {
          return query.substring(after + 1, end);
        }
      }
      from = end + 1;
    }
    return null;
  }
}
