package dev.headwater.routes.match;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A hash map that is asked with a region of a string, so that no substring is made for a question.
 *
 * <p>Use it to look up every prefix of a path or every suffix of a host while walking over it once:
 * the walker folds each character into the hash and asks at each boundary.
 *
 * <p>Open addressing with linear probing at most half full; a question costs one array read when
 * the answer is no. Immutable once built. Only configured keys are stored, so nobody outside can
 * make chains grow.
 */
final class RegionMap<V> {
  private final @Nullable Entry<V>[] table;

  private RegionMap(@Nullable Entry<V>[] table) {
    this.table = table;
  }

  /** Folds one more character into a hash that starts at 0. */
  static int fold(int hash, char c) {
    return 31 * hash + c;
  }

  /** The value of a key equal to {@code text[from, to)} whose folded hash is given, or null. */
  @Nullable V get(int hash, String text, int from, int to) {
    int length = to - from;
    int mask = table.length - 1;
    for (int i = spread(hash) & mask; ; i = (i + 1) & mask) {
      Entry<V> entry = table[i];
      if (entry == null) {
        return null;
      }
      if (entry.hash == hash
          && entry.key.length() == length
          && text.regionMatches(from, entry.key, 0, length)) {
        return entry.value;
      }
    }
  }

  private static int spread(int hash) {
    int mixed = hash * 0x9E3779B9;
    return mixed ^ mixed >>> 16;
  }

  private record Entry<V>(int hash, String key, V value) {}

  /** Collects entries; the keys must differ. */
  static final class Builder<V> {
    private final List<Entry<V>> entries = new ArrayList<>();

    /** Adds a key with the hash its readers will arrive at. */
    void put(int hash, String key, V value) {
      entries.add(new Entry<>(hash, key, value));
    }

    RegionMap<V> build() {
      int capacity = Integer.highestOneBit(Math.max(1, entries.size())) * 4;
      @SuppressWarnings({"unchecked", "rawtypes"})
      @Nullable Entry<V>[] table = new Entry[capacity];
      for (Entry<V> entry : entries) {
        int i = spread(entry.hash) & (capacity - 1);
        while (table[i] != null) {
          i = (i + 1) & (capacity - 1);
        }
        table[i] = entry;
      }
      return new RegionMap<>(table);
    }
  }
}
