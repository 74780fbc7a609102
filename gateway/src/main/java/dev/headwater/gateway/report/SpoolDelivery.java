package dev.headwater.gateway.report;

import dev.headwater.gateway.spool.Losses;
import dev.headwater.routes.SpoolPolicy;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import zipkin2.reporter.Encoding;

/**
 * Delivers to a collector, and loses nothing while that is away: a {@link Backlog} lies between the
 * sink's thread, which fills it and is never held up by the network, and a thread of its own, which
 * sends from it, the oldest first, one message at a time. What is not acknowledged is tried again
 * without end, with growing, jittered waits; a retry may deliver twice, with the same span ids.
 *
 * <p>A batch waits 250 ms for company, then for its answer, and is on disk 650 ms after its first
 * span was taken from the hand-over: with the hand-over's 100 ms every span that is a second old is
 * acknowledged or written. A collector that answers in time costs no write.
 */
final class SpoolDelivery implements Delivery {
  private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long DEFECT_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long CLOSE_PATIENCE_MILLIS = 5_000;

  private final CollectorAttempts attempts;
  private final Backlog backlog;
  private final SpanCounts counts;
  private final FaultLog faults;
  private final Clocks clocks;
  private final Thread thread;
  private long notBefore;
  private volatile boolean closed;

  /** The clocks of the sink's thread and of the sending one; each wakes its own. */
  record Clocks(Time sink, Time sending) {}

  SpoolDelivery(
      CollectorAttempts attempts,
      Backlog backlog,
      SpanCounts counts,
      FaultLog faults,
      Clocks clocks) {
    this.attempts = attempts;
    this.backlog = backlog;
    this.counts = counts;
    this.faults = faults;
    this.clocks = clocks;
    this.notBefore = clocks.sending().nanos();
    this.thread = new Thread(this::sendAll, "headwater-send");
    this.thread.setDaemon(true);
  }

  /** Where a sink's spool is, and what is told about it. */
  record Place(Logger log, String sink, SpoolPolicy policy, Time time) {}

  /** A delivery over the spool at this place, with its thread running. */
  static SpoolDelivery create(
      CollectorAttempts attempts, SpanCounts counts, FaultLog faults, Place place) {
    SpoolPolicy policy = place.policy();
    Backlog backlog =
        new Backlog(
            new SpoolKeeper(place.log(), place.sink(), policy, new CountedLosses(counts, faults)),
            new SpoolFormat(attempts.encoding()),
            counts,
            new ReplayRate(policy.replayPerSecond(), place.time().nanos()));
    Clocks clocks = new Clocks(place.time(), place.time().forAnotherThread());
    SpoolDelivery delivery = new SpoolDelivery(attempts, backlog, counts, faults, clocks);
    delivery.thread.setName("headwater-send-" + place.sink());
    delivery.thread.start();
    return delivery;
  }

  @Override
  public Encoding encoding() {
    return attempts.encoding();
  }

  @Override
  public int maxBytes() {
    return attempts.maxBytes();
  }

  @Override
  public long lingerNanos() {
    return LINGER_NANOS;
  }

  @Override
  public boolean accepts() {
    return backlog.accepts();
  }

  @Override
  public void deliver(Message message, DeliveryDeadline deadline) {
    backlog.add(message, clocks.sink().nanos());
    clocks.sending().wake();
  }

  @Override
  public long tend() {
    return backlog.tend(clocks.sink().nanos());
  }

  private void sendAll() {
    try {
      while (!closed) {
        long pause = guardedSend();
        if (pause > 0) {
          clocks.sending().pause(pause);
        }
      }
    } catch (InterruptedException closing) {
      // close() keeps what is in hand.
    }
  }

  /** A defect of ours must not end reporting for good. */
  private long guardedSend() throws InterruptedException {
    try {
      return send();
    } catch (RuntimeException defect) {
      faults.fault("defect in reporting: " + defect);
      return DEFECT_PAUSE_NANOS;
    }
  }

  /** One try at most; returns how long to wait before the next. */
  long send() throws InterruptedException {
    Time time = clocks.sending();
    long now = time.nanos();
    if (notBefore - now > 0) {
      return notBefore - now;
    }
    InHand inHand = backlog.take(attempts.maxBytes(), now);
    if (inHand == null) {
      return Math.max(1, backlog.pauseNanos(now));
    }
    if (backlog.isOverdue(now)) {
      counts.add(Outcome.DROPPED_UNAVAILABLE, inHand.spans());
      backlog.done(now);
      return 0;
    }
    List<byte[]> piece = inHand.next();
    if (piece != null) {
      settle(attempts.send(piece), inHand);
    }
    if (inHand.next() == null) {
      backlog.done(time.nanos());
    }
    return 0;
  }

  private void settle(Attempt attempt, InHand inHand) {
    if (attempt instanceof Attempt.Settled) {
      inHand.settled();
    } else if (attempt instanceof Attempt.TooLarge) {
      inHand.halve();
    } else if (attempt instanceof Attempt.Again again) {
      long now = clocks.sending().nanos();
      notBefore = now + again.waitNanos();
      backlog.failed(now);
    }
  }

  @Override
  public Held held() {
    return backlog.held();
  }

  /** All has arrived, or all is on disk and the collector does not take it. */
  @Override
  public boolean settled() {
    return backlog.isEmpty() || (attempts.failing() && backlog.isKept());
  }

  @Override
  public boolean keeps() {
    return true;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(CLOSE_PATIENCE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    counts.add(Outcome.DROPPED_CLOSED, backlog.close(clocks.sink().nanos()));
    attempts.close();
  }

  /** What the spool lost is counted by cause and told like any other loss. */
  private record CountedLosses(SpanCounts counts, FaultLog faults) implements Losses {
    @Override
    public void full(long spans) {
      count(Outcome.DROPPED_SPOOL_FULL, spans, "the spool is full");
    }

    @Override
    public void unreadable(long spans) {
      count(Outcome.DROPPED_SPOOL_UNREADABLE, spans, "spans on disk are damaged");
    }

    private void count(Outcome outcome, long spans, String what) {
      counts.add(outcome, spans);
      String present = faults.present();
      faults.fault(present == null ? what : present);
    }
  }
}
