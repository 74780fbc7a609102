package dev.headwater.gateway.report;

import dev.headwater.gateway.spool.Spool;
import dev.headwater.gateway.spool.Stored;
import dev.headwater.gateway.spool.StoredSpans;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one sink that are not acknowledged: the newest in memory, all older ones on disk,
 * the oldest in the sender's hand.
 *
 * <pre>
 *               add                            take, done
 *   direct   :  to memory                      the oldest of memory; nothing touches the disk
 *      | a try failed, or the oldest in memory is {@link #WRITE_AGE_NANOS} old, or memory is full
 *      v     :  all of memory is written, what is in hand included
 *   spooling :  to disk                        the oldest on disk, at the replay's rate
 *      | the last on disk is acknowledged
 *      v
 *   direct
 * </pre>
 *
 * <p>A spool that cannot be opened or written leaves messages in memory, behind those that are on
 * disk already; memory then takes no more than {@link #MAX_MESSAGES}, and what waits there for a
 * minute is given up, as without a spool.
 *
 * <p>One thread adds and tends, another takes; each call locks for one message's reading or writing
 * at most, but for the write of all memory. {@link #held()} never waits.
 */
final class Backlog {
  /** With the hand-over's and the batch's wait it makes less than a second. */
  static final long WRITE_AGE_NANOS = TimeUnit.MILLISECONDS.toNanos(650);

  /** Most messages in memory. */
  static final int MAX_MESSAGES = 4;

  /** When what could not be written is given up. */
  static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(60);

  private static final long IDLE_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final SpoolKeeper keeper;
  private final SpoolFormat format;
  private final SpanCounts counts;
  private final ReplayRate rate;
  private final ArrayDeque<Message> memory = new ArrayDeque<>();
  private @Nullable InHand inHand;
  private volatile long spans;
  private volatile long bytes;
  private volatile long oldestMicros;

  Backlog(SpoolKeeper keeper, SpoolFormat format, SpanCounts counts, ReplayRate rate) {
    this.keeper = keeper;
    this.format = format;
    this.counts = counts;
    this.rate = rate;
  }

  /** Whether memory takes a message. From any thread. */
  synchronized boolean accepts() {
    return memory.size() < MAX_MESSAGES;
  }

  /** Adds the newest message. */
  synchronized void add(Message message, long now) {
    memory.addLast(message);
    if (spooling() || memory.size() >= MAX_MESSAGES) {
      write(now);
    }
    noteMemory();
  }

  /** Writes what has become too old; returns in how many nanoseconds that may be due again. */
  synchronized long tend(long now) {
    if (keeper.readable() == null) {
      var unused = keeper.writable(now); // Recovers what an earlier process left.
    }
    keeper.force(now);
    Message oldest = memory.peekFirst();
    if (oldest == null) {
      return IDLE_PAUSE_NANOS;
    }
    long left = WRITE_AGE_NANOS - (now - oldest.openedAt());
    if (left > 0 && !spooling()) {
      return left;
    }
    write(now);
    noteMemory();
    return IDLE_PAUSE_NANOS;
  }

  /**
   * The oldest spans, until {@link #done}: the same ones when they are still in hand.
   *
   * @param maxBytes of a message
   * @return null when there is nothing, or not yet: {@link #pauseNanos} tells for how long
   */
  synchronized @Nullable InHand take(int maxBytes, long now) {
    if (inHand == null && pauseNanos(now) == 0) {
      inHand = spooling() ? fromDisk(maxBytes, now) : fromMemory(maxBytes);
    }
    return inHand;
  }

  /** How long there will be nothing to take, unless something is added: 0 when there is. */
  synchronized long pauseNanos(long now) {
    if (spooling()) {
      return rate.pauseNanos(now);
    }
    return memory.isEmpty() ? IDLE_PAUSE_NANOS : 0;
  }

  private @Nullable InHand fromMemory(int maxBytes) {
    Message oldest = memory.peekFirst();
    return oldest == null ? null : InHand.fromMemory(oldest, maxBytes);
  }

  private @Nullable InHand fromDisk(int maxBytes, long now) {
    Spool spool = keeper.readable();
    try {
      StoredSpans stored = spool == null ? null : spool.oldest(maxBytes);
      if (spool == null || stored == null) {
        return fromMemory(maxBytes);
      }
      rate.sent(stored.spans().size());
      return InHand.fromDisk(decoded(stored), stored.place(), maxBytes);
    } catch (IOException e) {
      keeper.failed(e, now);
      return null;
    }
  }

  private List<byte[]> decoded(StoredSpans stored) {
    try {
      return format.read(stored.spans(), stored.format());
    } catch (RuntimeException unreadable) {
      counts.add(Outcome.DROPPED_SPOOL_UNREADABLE, stored.spans().size());
      return List.of();
    }
  }

  /** What is in hand has its outcome, all of it. */
  synchronized void done(long now) {
    InHand done = inHand;
    inHand = null;
    if (done == null) {
      return;
    }
    Stored place = done.place();
    if (place == null) {
      memory.removeFirst();
    } else {
      acknowledge(place, now);
    }
    noteMemory();
  }

  private void acknowledge(Stored place, long now) {
    Spool spool = keeper.readable();
    try {
      if (spool != null) {
        spool.acknowledge(place);
      }
    } catch (IOException e) {
      keeper.failed(e, now); // A restart would deliver them again.
    }
  }

  /** A try failed: from now on everything waits on disk. */
  synchronized void failed(long now) {
    write(now);
    noteMemory();
  }

  /** Whether what is in hand has been in memory for so long that it has to make room. */
  synchronized boolean isOverdue(long now) {
    Message message = inHand == null || inHand.place() != null ? null : inHand.message();
    return message != null && now - message.openedAt() >= GIVE_UP_NANOS;
  }

  private boolean spooling() {
    Spool spool = keeper.readable();
    return spool != null && !spool.isEmpty();
  }

  /** Moves all of memory to disk, the oldest first, as far as the disk takes it. */
  private void write(long now) {
    Spool spool = keeper.writable(now);
    if (spool == null) {
      return;
    }
    for (Message next = memory.peekFirst(); next != null; next = memory.peekFirst()) {
      try {
        Stored place = spool.append(next.spans(), format.mark(), next.oldestMicros());
        memory.removeFirst();
        keeper.worked();
        rate.joined(next.spans().size());
        if (inHand != null && inHand.message() == next) {
          inHand.writtenTo(place);
          spool.hold(place);
        }
      } catch (IOException e) {
        keeper.failed(e, now);
        return;
      }
    }
  }

  private void noteMemory() {
    long allSpans = 0;
    long allBytes = 0;
    for (Message message : memory) {
      allSpans += message.spans().size();
      allBytes += message.bytes();
    }
    Message oldest = memory.peekFirst();
    spans = allSpans;
    bytes = allBytes;
    oldestMicros = oldest == null ? 0 : oldest.oldestMicros();
  }

  /** Whether nothing is left at all. From any thread. */
  boolean isEmpty() {
    return spans == 0 && !spooling();
  }

  /** Whether nothing is left that would be lost with the process. From any thread. */
  boolean isKept() {
    return spans == 0;
  }

  /** From any thread. */
  Held held() {
    return new Held(spans, bytes, oldestMicros, keeper.view());
  }

  /**
   * Writes what can be written and gives the disk back.
   *
   * @return spans that could not be kept
   */
  synchronized long close(long now) {
    write(now);
    noteMemory();
    long lost = spans + lostInHand();
    memory.clear();
    noteMemory();
    keeper.close();
    return lost;
  }

  /** What is in hand and not in memory as a whole, or in memory and delivered in part. */
  private long lostInHand() {
    InHand hand = inHand;
    if (hand == null) {
      return 0;
    }
    Stored place = hand.place();
    Message message = hand.message();
    if (place == null) {
      return message == null ? 0 : hand.spans() - message.spans().size();
    }
    Spool spool = keeper.readable();
    boolean madeRoom = spool != null && !spool.holds(place);
    return madeRoom ? hand.spans() : 0;
  }
}
