package dev.headwater.gateway.metrics;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The loops' numbers, brought together.
 *
 * <p>Once a second, and on every {@link #collect()}, each loop is visited with a task that takes
 * the interval it recorded since the last visit; one thread of ours merges intervals into totals. A
 * loop pays a few reference writes per visit, whatever it counted. A loop that does not answer in
 * time is left out of that view; what it recorded is merged when it does.
 *
 * <p>Safe for use from any thread. Close it after the loops.
 */
public final class Metrics implements AutoCloseable {
  /** How long a collection waits for a busy loop. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final List<Visited> loops = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService merger;
  private final LongSupplier nanoClock;
  private final Clock wallClock;
  private final Totals totals;

  /**
   * Metrics whose merging thread and clocks are given.
   *
   * @param merger one thread; closed by {@link #close()}
   */
  Metrics(ScheduledExecutorService merger, LongSupplier nanoClock, Clock wallClock) {
    this.merger = merger;
    this.nanoClock = nanoClock;
    this.wallClock = wallClock;
    this.totals = new Totals(nanoClock.getAsLong());
  }

  /** Metrics with a daemon thread of their own, collecting once a second. */
  public static Metrics create() {
    ScheduledExecutorService merger =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "headwater-metrics");
              thread.setDaemon(true);
              return thread;
            });
    Metrics metrics = new Metrics(merger, System::nanoTime, Clock.systemUTC());
    var unused = merger.scheduleAtFixedRate(metrics::tick, 1, 1, TimeUnit.SECONDS);
    return metrics;
  }

  /** Recorders that nobody collects from: for a rehearsal. */
  public static LoopMetrics unread() {
    return new LoopMetrics();
  }

  /**
   * The recorders of one event loop.
   *
   * @param loop runs a task on that loop; the only thread that may use what is returned
   */
  public LoopMetrics newLoop(Executor loop) {
    LoopMetrics recorders = new LoopMetrics();
    loops.add(new Visited(loop, recorders, new ConcurrentLinkedQueue<>()));
    return recorders;
  }

  /** Visits every loop and gives all numbers up to now. Completes on the merging thread. */
  public CompletionStage<MetricsView> collect() {
    return visitAll().thenApplyAsync(done -> totals.view(nanoClock.getAsLong()), merger);
  }

  private void tick() {
    var unused = visitAll();
  }

  private CompletableFuture<Void> visitAll() {
    CompletableFuture<?>[] visits =
        loops.stream().map(this::visit).toArray(CompletableFuture[]::new);
    return CompletableFuture.allOf(visits)
        .completeOnTimeout(null, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private CompletableFuture<Void> visit(Visited loop) {
    CompletableFuture<LoopInterval> handed = new CompletableFuture<>();
    ArrayDeque<LatencyInterval> cleared = loop.takeCleared();
    try {
      loop.executor().execute(() -> handed.complete(loop.recorders().handOver(cleared)));
    } catch (RejectedExecutionException closed) {
      return CompletableFuture.completedFuture(null); // A stopped loop records nothing more.
    }
    return handed.thenAcceptAsync(interval -> merge(loop, interval), merger);
  }

  private void merge(Visited loop, LoopInterval interval) {
    MergeTime at = new MergeTime(nanoClock.getAsLong(), wallClock.millis());
    loop.cleared().addAll(totals.merge(interval, at));
  }

  /** Stops collecting. */
  @Override
  public void close() {
    merger.shutdownNow();
  }

  /** A loop, and the cleared intervals it gets back at the next visit. */
  private record Visited(
      Executor executor, LoopMetrics recorders, ConcurrentLinkedQueue<LatencyInterval> cleared) {
    ArrayDeque<LatencyInterval> takeCleared() {
      ArrayDeque<LatencyInterval> taken = new ArrayDeque<>();
      for (LatencyInterval next = cleared.poll(); next != null; next = cleared.poll()) {
        taken.add(next);
      }
      return taken;
    }
  }
}
