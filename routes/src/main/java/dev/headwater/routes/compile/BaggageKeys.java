package dev.headwater.routes.compile;

import dev.headwater.routes.schema.Key;
import dev.headwater.routes.schema.ListShape;
import dev.headwater.routes.schema.ObjectShape;
import dev.headwater.routes.schema.Scalars;
import dev.headwater.routes.schema.Section;
import dev.headwater.sampling.baggage.BaggagePolicy;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code tracing.propagation.baggage}: what passes of a trusted caller's baggage. */
final class BaggageKeys {
  private static final Key<List<String>> ALLOW =
      Key.defaulted(
          "allow",
          ListShape.of(Tokens.baggageKey()),
          "[]",
          "Keys that pass from trusted callers, case-sensitive; \"*\" for all; nothing ever passes"
              + " from strangers");
  private static final Key<List<String>> TAGS =
      Key.defaulted(
          "tags",
          ListShape.of(Tokens.baggageKey()),
          "[]",
          "Allowed keys that SERVER spans show as baggage.KEY, percent-decoded and cut like any"
              + " tag");
  private static final Key<Long> MAX_BYTES =
      Key.defaulted(
          "maxBytes",
          Scalars.size("0", "8KiB"),
          "8KiB",
          "Most bytes that pass; the first entry beyond it goes with all behind it");
  private static final Key<Integer> MAX_ENTRIES =
      Key.defaulted(
          "maxEntries",
          Scalars.integer(0, BaggagePolicy.MOST_ENTRIES),
          Integer.toString(BaggagePolicy.MOST_ENTRIES),
          "Most entries that pass");

  static final Key<BaggagePolicy> KEY =
      Key.defaulted(
          "baggage",
          ObjectShape.of(BaggageKeys::policy, ALLOW, TAGS, MAX_BYTES, MAX_ENTRIES),
          "{}",
          "What passes of baggage and baggage-* headers");

  private BaggageKeys() {}

  private static @Nullable BaggagePolicy policy(Section section) {
    Set<String> allowed = Set.copyOf(section.get(ALLOW));
    for (String tag : section.get(TAGS)) {
      if (!allowed.contains(tag) && !allowed.contains(BaggagePolicy.ANY_KEY)) {
        section.refuse(TAGS, tag, "expected keys that allow lists too");
      }
    }
    return new BaggagePolicy(
        allowed,
        section.get(TAGS).stream().distinct().toList(),
        section.get(MAX_BYTES).intValue(),
        section.get(MAX_ENTRIES));
  }
}
