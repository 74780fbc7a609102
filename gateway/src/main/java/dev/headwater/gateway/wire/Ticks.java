package dev.headwater.gateway.wire;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The coarse timer that all connections of a loop share: each is asked a few times a second whether
 * something is overdue. Joining and leaving cost nothing but an array slot.
 *
 * <p>A loop that did not run for a while (a suspended process, a machine that slept) has not looked
 * at what its peers sent meanwhile. That time is nobody's silence: members are told to leave it
 * out, and are asked again at the next tick, behind what waits to be read. Confined to its loop.
 */
public final class Ticks {
  private static final Logger LOG = LoggerFactory.getLogger(Ticks.class);

  /** Milliseconds between ticks: timeouts are that exact. */
  public static final long MILLIS = 50;

  /** Ticks further apart than this many nanoseconds: the loop did not run in between. */
  private static final long HELD_UP = 1_000_000_000L;

  /** Something that is asked about the time. */
  public abstract static class Member {
    private int slot = -1;

    /** Ends whatever is overdue at {@code now}, nanoseconds of the loop's clock. */
    protected abstract void tick(long now);

    /**
     * The loop did not run for {@code nanos} up to {@code now}: moves what was measured from before
     * that by as much, unless silence of that kind costs nobody anything.
     */
    protected void heldUp(long nanos, long now) {}

    /**
     * A moment moved by {@code nanos}, to {@code now} at most: some bytes may have been read since.
     */
    protected static long moved(long moment, long nanos, long now) {
      return moment + nanos - now > 0 ? now : moment + nanos;
    }
  }

  private @Nullable Member[] members = new Member[64];
  private int count;
  private long last;
  private boolean ticked;

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
    long passed = ticked ? now - last : 0;
    last = now;
    ticked = true;
    for (int i = count - 1; i >= 0; i--) {
      Member member = i < count ? members[i] : null;
      if (member != null) {
        tick(member, passed, now);
      }
    }
  }

  /** A defect that one member shows must not stop the timers of the others. */
  private static void tick(Member member, long passed, long now) {
    try {
      if (passed > HELD_UP) {
        member.heldUp(passed, now);
      } else {
        member.tick(now);
      }
    } catch (RuntimeException defect) {
      LOG.error("A timer failed", defect);
    }
  }
}
