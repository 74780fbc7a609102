package dev.headwater.gateway.admission;

import dev.headwater.gateway.pipeline.Place;
import org.jspecify.annotations.Nullable;

/**
 * One loop's share of {@link Places}: a few are kept ready, so that most requests touch nothing
 * that another loop does.
 *
 * <p>What is kept is at most an eighth of the limit over all loops, and nothing for a limit below
 * 32 times their number. So the limit is never exceeded, and refuses at seven eighths of it at the
 * earliest, when one loop has all the load. Confined to its loop.
 */
final class LoopPlaces implements Place {
  private static final int MOST_READY = 64;

  private final Places all;
  private final int loops;
  private final @Nullable LoopPlaces within;
  private int ready;
  private int batch = 1;

  /**
   * A share of {@code all}.
   *
   * @param within where a place is taken too, or null; left together
   */
  LoopPlaces(Places all, int loops, @Nullable LoopPlaces within) {
    this.all = all;
    this.loops = loops;
    this.within = within;
  }

  /** Takes a place of {@code limit}. */
  boolean enter(int limit) {
    if (ready == 0) {
      batch = Math.max(1, Math.min(MOST_READY, limit / (16 * loops)));
      ready = all.take(batch, limit);
      if (ready == 0) {
        return false;
      }
    }
    ready--;
    return true;
  }

  @Override
  public void leave() {
    ready++;
    int kept = batch - 1;
    if (ready > 2 * kept) {
      all.giveBack(ready - kept);
      ready = kept;
    }
    if (within != null) {
      within.leave();
    }
  }

  /** Nobody enters here any more. */
  void retire() {
    all.giveBack(ready);
    ready = 0;
    batch = 1;
  }
}
