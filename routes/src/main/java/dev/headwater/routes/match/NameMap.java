package dev.headwater.routes.match;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values by server name: an exact name beats a wildcard, a longer wildcard a shorter one. Names are
 * in lower case, without closing dot. An exact name costs one hash look-up, a wildcard one more per
 * label. Immutable.
 */
public final class NameMap<T> {
  private static final String WILDCARD = "*.";

  private final Map<String, T> exact;
  private final Map<String, Below<T>> wildcards;

  private NameMap(Map<String, T> exact, Map<String, Below<T>> wildcards) {
    this.exact = Map.copyOf(exact);
    this.wildcards = Map.copyOf(wildcards);
  }

  /** The value of the most specific pattern that covers a name, or null. */
  public @Nullable T find(String name) {
    T found = exact.get(name);
    if (found != null || wildcards.isEmpty()) {
      return found;
    }
    int first = name.indexOf('.');
    for (int dot = first; dot > 0; dot = name.indexOf('.', dot + 1)) {
      Below<T> below = wildcards.get(name.substring(dot + 1));
      if (below != null && (dot == first || below.anyDepth)) {
        return below.value;
      }
    }
    return null;
  }

  /** Collects the patterns of a map; the first of equal ones stays. */
  public static final class Builder<T> {
    private final Map<String, T> exact = new HashMap<>();
    private final Map<String, Below<T>> wildcards = new HashMap<>();

    /** A pattern as routes write it: its wildcard stands for one label or more. */
    public Builder<T> pattern(String pattern, T value) {
      return put(pattern, value, true);
    }

    /** A name as certificates hold it: its wildcard stands for one label (RFC 6125 6.4.3). */
    public Builder<T> certified(String name, T value) {
      return put(name, value, false);
    }

    private Builder<T> put(String name, T value, boolean anyDepth) {
      if (name.startsWith(WILDCARD)) {
        wildcards.putIfAbsent(name.substring(WILDCARD.length()), new Below<>(value, anyDepth));
      } else {
        exact.putIfAbsent(name, value);
      }
      return this;
    }

    /** The map. */
    public NameMap<T> build() {
      return new NameMap<>(exact, wildcards);
    }
  }

  private record Below<T>(T value, boolean anyDepth) {}
}
