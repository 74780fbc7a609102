package dev.headwater.sampling.baggage;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request's baggage, while it is cut to what may pass.
 *
 * <p>Entries pass in their order and as they were written, properties and percent-encoding
 * included; those whose key is not allowed or that are malformed (W3C Baggage 3.3) go. The first
 * that does not fit the bounds goes with all behind it: a cut never falls into an entry.
 *
 * <p>Show it every header of the request, then ask for {@link #tags}. Reads each character once and
 * allocates no more than the input is long. Used by one thread.
 */
public final class BaggageCut {
  private final BaggagePolicy policy;
  private final List<BaggageTag> tags = new ArrayList<>(0);
  private int bytes;
  private int kept;
  private int seen;
  private boolean full;

  /** Nothing seen yet. */
  public BaggageCut(BaggagePolicy policy) {
    this.policy = policy;
  }

  /**
   * What passes of a {@code baggage} header.
   *
   * @param list its value; several headers joined by commas
   * @return the value to send on, or null when nothing is left
   */
  public @Nullable String list(String list) {
    StringBuilder left = new StringBuilder(Math.min(list.length(), policy.maxBytes()));
    int from = 0;
    while (from <= list.length()) {
      int comma = list.indexOf(',', from);
      int to = comma < 0 ? list.length() : comma;
      member(list, from, to, left);
      from = to + 1;
    }
    return left.isEmpty() ? null : left.toString();
  }

  /**
   * Whether a header {@code baggage-KEY} passes.
   *
   * @param key what stands behind the prefix
   * @param value of the header, which counts as it is
   */
  public boolean header(String key, String value) {
    seen++;
    if (!policy.allowsInAnyCase(key) || !fits(key.length() + value.length())) {
      return false;
    }
    tag(key, value);
    return true;
  }

  /** Entries that passed. */
  public int kept() {
    return kept;
  }

  /** Entries that were there. */
  public int seen() {
    return seen;
  }

  /** What spans show of the entries that passed; of several with one key the first. */
  public List<BaggageTag> tags() {
    return tags;
  }

  private void member(String list, int start, int end, StringBuilder left) {
    int from = BaggageSyntax.skip(list, start, end);
    int to = BaggageSyntax.trim(list, from, end);
    if (from == to) {
      return;
    }
    seen++;
    int keyEnd = full ? -1 : BaggageSyntax.keyEnd(list, from, to);
    if (keyEnd < 0) {
      return;
    }
    String key = list.substring(from, keyEnd);
    if (!policy.allows(key) || !fits(to - from + (left.isEmpty() ? 0 : 1))) {
      return;
    }
    if (!left.isEmpty()) {
      left.append(',');
    }
    left.append(list, from, to);
    tag(key, BaggageSyntax.value(list, keyEnd, to));
  }

  private boolean fits(int length) {
    full |= kept >= policy.maxEntries() || bytes + length > policy.maxBytes();
    if (full) {
      return false;
    }
    bytes += length;
    kept++;
    return true;
  }

  private void tag(String key, String value) {
    for (String wanted : policy.tags()) {
      if (wanted.equalsIgnoreCase(key) && !shown(wanted)) {
        tags.add(BaggageTag.of(wanted, value));
      }
    }
  }

  private boolean shown(String key) {
    for (BaggageTag tag : tags) {
      if (tag.isOf(key)) {
        return true;
      }
    }
    return false;
  }
}
