package dev.headwater.gateway.wire;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The coarse timer that all connections of a loop share: each is asked a few times a second whether
 * something is overdue. Joining and leaving cost nothing but an array slot. Confined to its loop.
 */
public final class Ticks {
  private static final Logger LOG = LoggerFactory.getLogger(Ticks.class);

  /** Milliseconds between ticks: timeouts are that exact. */
  public static final long MILLIS = 50;

  /** Something that is asked about the time. */
  public abstract static class Member {
    private int slot = -1;

    /** Ends whatever is overdue at {@code now}, nanoseconds of the loop's clock. */
    protected abstract void tick(long now);
  }

  private @Nullable Member[] members = new Member[64];
  private int count;

  /** Asks {@code member} from now on. */
  public void join(Member member) {
    if (count == members.length) {
      members = Arrays.copyOf(members, count * 2);
    }
    member.slot = count;
    members[count++] = member;
  }

  /** Asks {@code member} no more. */
  public void leave(Member member) {
    int slot = member.slot;
    if (slot < 0) {
      return;
    }
    Member last = members[--count];
    members[count] = null;
    if (last != null && last != member) {
      members[slot] = last;
      last.slot = slot;
    }
    member.slot = -1;
  }

  /** Asks everybody. A member may leave while it is asked; its slot's new holder waits a tick. */
  public void tick(long now) {
    for (int i = count - 1; i >= 0; i--) {
      Member member = i < count ? members[i] : null;
      if (member != null) {
        tick(member, now);
      }
    }
  }

  /** A defect that one member shows must not stop the timers of the others. */
  private static void tick(Member member, long now) {
    try {
      member.tick(now);
    } catch (RuntimeException defect) {
      LOG.error("A timer failed", defect);
    }
  }
}
