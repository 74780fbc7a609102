package dev.headwater.sampling.baggage;

import java.util.List;
import java.util.Set;

/**
 * What passes of a trusted caller's baggage. Of a stranger's nothing does.
 *
 * @param allow keys that pass, case-sensitive as W3C Baggage has them; {@link #ANY_KEY} alone for
 *     all
 * @param tags keys whose values SERVER spans show as {@code baggage.KEY}
 * @param maxBytes most bytes that pass, separators included, 0 to 8,192
 * @param maxEntries most entries that pass, 0 to 64
 */
public record BaggagePolicy(Set<String> allow, List<String> tags, int maxBytes, int maxEntries) {
  /** Stands for every key. */
  public static final String ANY_KEY = "*";

  /** Most bytes of any policy: what W3C Baggage asks everybody to carry (8,192). */
  public static final int MOST_BYTES = 8192;

  /** Most entries of any policy: what W3C Baggage asks everybody to carry (64). */
  public static final int MOST_ENTRIES = 64;

  /** Nothing passes. */
  public static final BaggagePolicy NONE =
      new BaggagePolicy(Set.of(), List.of(), MOST_BYTES, MOST_ENTRIES);

  public BaggagePolicy {
    allow = Set.copyOf(allow);
    tags = List.copyOf(tags);
  }

  /** Whether a key of a {@code baggage} header passes. */
  boolean allows(String key) {
    return allow.contains(key) || allow.contains(ANY_KEY);
  }

  /** The same for a key that is part of a header's name, where case says nothing (RFC 9110 5.1). */
  boolean allowsInAnyCase(String key) {
    return allows(key) || allow.stream().anyMatch(key::equalsIgnoreCase);
  }
}
