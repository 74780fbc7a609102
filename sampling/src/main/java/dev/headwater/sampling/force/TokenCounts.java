package dev.headwater.sampling.force;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How often each counted token may still be used on this replica.
 *
 * <p>Only tokens with a good signature come here, so that strangers cannot fill it. Bounded, and on
 * the safe side: when {@value #MAX_TOKENS} tokens are alive at once, another is refused rather than
 * one forgotten, since a forgotten one could be used all over again. Safe from any thread, without
 * locks apart from those of the map's bins.
 */
final class TokenCounts {
  /** Most counted tokens alive at once; about 100 bytes each. */
  static final int MAX_TOKENS = 10_000;

  private final ConcurrentHashMap<Long, Count> counts = new ConcurrentHashMap<>();
  private volatile long swept;

  /** Whether the token could be used now. */
  boolean has(ForceToken token, long now) {
    Count count = counts.get(token.id());
    return count == null ? hasRoom(now) : count.left.get() > 0;
  }

  /** Uses the token once, if it may. */
  boolean take(ForceToken token, long now) {
    Count count = counts.get(token.id());
    if (count == null) {
      if (!hasRoom(now)) {
        return false;
      }
      Count fresh = new Count(token.expires(), new AtomicInteger(token.count()));
      Count other = counts.putIfAbsent(token.id(), fresh);
      count = other == null ? fresh : other;
    }
    return count.left.getAndUpdate(left -> left > 0 ? left - 1 : 0) > 0;
  }

  /** Tokens remembered. */
  int size() {
    return counts.size();
  }

  /** Looks for expired ones when it is full, once a second at most. */
  private boolean hasRoom(long now) {
    if (counts.size() >= MAX_TOKENS && swept != now) {
      swept = now;
      counts.values().removeIf(count -> count.expires <= now);
    }
    return counts.size() < MAX_TOKENS;
  }

  /**
   * What is left of one token.
   *
   * @param expires epoch seconds from which on nobody asks for it
   */
  private record Count(long expires, AtomicInteger left) {}
}
