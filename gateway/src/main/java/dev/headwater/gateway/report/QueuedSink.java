package dev.headwater.gateway.report;

import brave.handler.MutableSpan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A sink behind a bounded hand-over, served by one daemon thread.
 *
 * <p>The thread looks into the hand-over every few milliseconds (loops never signal: a wake-up is a
 * system call), encodes what it finds and delivers a batch when it is full, has waited as long as
 * the delivery allows, or is asked to flush. While the delivery blocks or takes nothing, nothing is
 * taken out, so a collector that is down and has no spool fills the hand-over and then costs each
 * further span one failed offer and a count.
 */
final class QueuedSink implements Sink {
  /** How long one batch is tried before it makes room. */
  static final long BATCH_NANOS = TimeUnit.SECONDS.toNanos(60);

  private static final long BUSY_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long IDLE_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

  private final String name;
  private final SpanQueue queue;
  private final Delivery delivery;
  private final SpanCounts counts;
  private final FaultLog faults;
  private final Time time;
  private final Batch batch;
  private final Thread thread;
  private final ConcurrentLinkedQueue<FlushRequest> flushes = new ConcurrentLinkedQueue<>();

  /** Flushes that a turn began with, and so may end: a later one speaks of later spans. */
  private final List<FlushRequest> begun = new ArrayList<>();

  private volatile boolean closed;
  private volatile int batchSpans;
  private volatile long oldestMicros;
  private volatile long flushUntil;
  private volatile boolean flushing;
  private long dropsSeen;

  private QueuedSink(
      String name,
      SpanQueue queue,
      Delivery delivery,
      SpanCounts counts,
      FaultLog faults,
      Time time) {
    this.name = name;
    this.queue = queue;
    this.delivery = delivery;
    this.counts = counts;
    this.faults = faults;
    this.time = time;
    this.batch = new Batch(delivery.encoding());
    this.thread = new Thread(this::run, "headwater-report-" + name);
    this.thread.setDaemon(true);
  }

  static QueuedSink start(
      String name,
      SpanQueue queue,
      Delivery delivery,
      SpanCounts counts,
      FaultLog faults,
      Time time) {
    QueuedSink sink = new QueuedSink(name, queue, delivery, counts, faults, time);
    sink.thread.start();
    return sink;
  }

  @Override
  public void offer(MutableSpan span) {
    Outcome dropped = closed ? Outcome.DROPPED_CLOSED : queue.offer(span);
    if (dropped != null) {
      counts.add(dropped, 1);
    }
  }

  private void run() {
    try {
      while (!closed) {
        long pause = guardedTurn();
        if (pause > 0) {
          time.pause(pause);
        }
      }
    } catch (InterruptedException closing) {
      // close() interrupts a delivery that waits; it also counts what is left.
    }
  }

  /** A defect of ours must not end reporting for good. */
  private long guardedTurn() throws InterruptedException {
    try {
      return turn();
    } catch (RuntimeException defect) {
      faults.fault("defect in reporting: " + defect);
      return IDLE_PAUSE_NANOS;
    }
  }

  /** One look into the hand-over; returns how long to wait before the next. */
  private long turn() throws InterruptedException {
    beginFlushes();
    long due = delivery.tend();
    boolean accepts = delivery.accepts();
    boolean took = accepts && fill();
    reportOverflow();
    boolean flush = flushing;
    if (flush && time.nanos() >= flushUntil) {
      completeFlushes(); // Too late for what is left; it stays queued.
      flush = false;
    }
    if (!accepts) {
      return BUSY_PAUSE_NANOS;
    }
    if (batch.isEmpty()) {
      return took ? 0 : Math.min(due, whileEmpty(flush));
    }
    long left = delivery.lingerNanos() - (time.nanos() - batch.openedAt());
    if (flush || batch.isFull(delivery.maxBytes()) || left <= 0) {
      deliver();
      return 0;
    }
    return Math.min(due, Math.min(took ? BUSY_PAUSE_NANOS : IDLE_PAUSE_NANOS, left));
  }

  private long whileEmpty(boolean flush) {
    if (flush && queue.spans() == 0 && delivery.settled()) {
      completeFlushes();
      return IDLE_PAUSE_NANOS;
    }
    return flush ? BUSY_PAUSE_NANOS : IDLE_PAUSE_NANOS;
  }

  private boolean fill() {
    boolean took = false;
    while (!batch.isFull(delivery.maxBytes())) {
      MutableSpan span = queue.poll();
      if (span == null) {
        break;
      }
      took = true;
      add(span);
    }
    noteBatch();
    return took;
  }

  private void add(MutableSpan span) {
    byte[] encoded;
    try {
      encoded = batch.encode(span);
    } catch (RuntimeException unencodable) {
      counts.add(Outcome.DROPPED_UNENCODABLE, 1);
      faults.fault("a span cannot be encoded: " + unencodable);
      return;
    }
    if (batch.sizeOf(encoded) > delivery.maxBytes()) {
      counts.add(Outcome.DROPPED_TOO_LARGE, 1);
      faults.fault(
          "a span of " + encoded.length + " bytes (limit " + delivery.maxBytes() + " per message)");
      return;
    }
    long end = span.finishTimestamp();
    batch.add(encoded, time.nanos(), end == 0 ? time.epochMicros() : end);
  }

  private void noteBatch() {
    batchSpans = batch.spans();
    oldestMicros = batch.isEmpty() ? 0 : batch.oldestMicros();
  }

  private void deliver() throws InterruptedException {
    long giveUpAt = time.nanos() + BATCH_NANOS;
    try {
      delivery.deliver(
          batch.take(delivery.maxBytes()),
          now -> Math.min(giveUpAt - now, flushing ? flushUntil - now : Long.MAX_VALUE));
    } finally {
      noteBatch();
    }
  }

  private void reportOverflow() {
    long drops = counts.get(Outcome.DROPPED_QUEUE_SPANS) + counts.get(Outcome.DROPPED_QUEUE_BYTES);
    if (drops != dropsSeen) {
      dropsSeen = drops;
      String present = faults.present();
      faults.fault(present == null ? "the sink is slower than spans are made" : present);
    }
  }

  @Override
  public CompletionStage<Void> flush(Duration within) {
    FlushRequest request = new FlushRequest(new CompletableFuture<>());
    if (closed) {
      request.done().complete(null);
      return request.done();
    }
    flushUntil = time.nanos() + within.toNanos();
    flushes.add(request);
    flushing = true;
    time.wake();
    return request.done().completeOnTimeout(null, within.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void beginFlushes() {
    for (FlushRequest next = flushes.poll(); next != null; next = flushes.poll()) {
      begun.add(next);
    }
  }

  private void completeFlushes() {
    flushing = false;
    if (!flushes.isEmpty()) {
      flushing = true; // Asked for between this turn's beginning and now.
    }
    List<FlushRequest> ended = List.copyOf(begun);
    begun.clear();
    // Whoever waits may ask for the next flush at once, on this thread.
    ended.forEach(each -> each.done().complete(null));
  }

  @Override
  public SinkView view() {
    Held held = delivery.held();
    long waiting = queue.spans() + batchSpans + held.spans();
    long oldest = Held.earlier(oldestMicros, held.oldest());
    double age = oldest == 0 ? 0 : (time.epochMicros() - oldest) / 1e6;
    return new SinkView(
        name,
        counts.view(),
        waiting,
        queue.bytes() + held.bytes(),
        Math.max(0, age),
        faults.present(),
        SinkHealth.GOOD,
        held.spool());
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    time.wake();
    thread.interrupt();
    if (joined() && delivery.keeps()) {
      keepRest();
    }
    delivery.close();
    while (queue.poll() != null) {
      counts.add(Outcome.DROPPED_CLOSED, 1);
    }
    counts.add(Outcome.DROPPED_CLOSED, batch.spans());
    batchSpans = 0;
    oldestMicros = 0;
    beginFlushes();
    completeFlushes();
  }

  /** Hands all that is left to a delivery that outlives the process. */
  private void keepRest() {
    try {
      while ((fill() || !batch.isEmpty()) && delivery.accepts()) {
        deliver();
      }
    } catch (InterruptedException again) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean joined() {
    try {
      thread.join(CLOSE_PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return !thread.isAlive();
  }

  private record FlushRequest(CompletableFuture<@Nullable Void> done) {}
}
