package dev.headwater.sampling.propagation;

import org.jspecify.annotations.Nullable;

/**
 * A {@code tracestate} that is too long to be passed on, and the members of it that stay: large
 * ones go first, then those at the end, always as a whole (W3C Trace Context, section 3.3.1.5).
 */
final class TraceStateCut {
  /** Characters above which a member counts as large. */
  private static final int LARGE = 128;

  private final String list;
  private final int[] from;
  private final int[] end;
  private int members;

  /** A cut through {@code list}, which has at most so many members. */
  TraceStateCut(String list, int most) {
    this.list = list;
    this.from = new int[most];
    this.end = new int[most];
  }

  /** The next member, blanks around it apart. */
  void member(int first, int last) {
    from[members] = first;
    end[members] = last;
    members++;
  }

  /** The members that fit into so many characters, joined by commas; null when none does. */
  @Nullable String within(int limit) {
    int length = -1;
    for (int i = 0; i < members; i++) {
      length += 1 + end[i] - from[i];
    }
    length = drop(length, limit, LARGE);
    length = drop(length, limit, 0);
    if (length <= 0) {
      return null;
    }
    StringBuilder kept = new StringBuilder(length);
    for (int i = 0; i < members; i++) {
      if (end[i] > from[i]) {
        kept.append(kept.isEmpty() ? "" : ",").append(list, from[i], end[i]);
      }
    }
    return kept.toString();
  }

  /** Drops members longer than {@code above} from the end while the list is too long. */
  private int drop(int before, int limit, int above) {
    int length = before;
    for (int i = members - 1; i >= 0 && length > limit; i--) {
      if (end[i] - from[i] > above) {
        length -= 1 + end[i] - from[i];
        end[i] = from[i];
      }
    }
    return length;
  }
}
