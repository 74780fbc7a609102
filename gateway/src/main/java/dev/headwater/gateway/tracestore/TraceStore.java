package dev.headwater.gateway.tracestore;

import dev.headwater.routes.StorePolicy;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import zipkin2.Span;
import zipkin2.storage.InMemoryStorage;

/**
 * Traces kept in memory, the oldest dropped first, so that a user sees traces with nothing else
 * installed.
 *
 * <p>Every call of Zipkin's storage takes one monitor, and a search walks all of it. So questions
 * are answered one at a time on a worker of their own, a bounded number of them waits, and each has
 * a time limit; writers come on threads that may block. Spans beyond a size are refused and the
 * total is bounded in bytes too (about 4 KiB per span of the configured maximum): a store that is
 * over it starts again empty.
 */
public final class TraceStore implements AutoCloseable {
  /** Tags that searches complete. */
  private static final List<String> COMPLETED_TAGS =
      List.of(
          "headwater.route",
          "http.method",
          "http.route",
          "http.status_code",
          "sampling.reason",
          "sampling.rule");

  private static final int CHUNK = 500;
  private static final int MAX_WAITING = 16;
  private static final Duration QUESTION_TIME = Duration.ofSeconds(10);

  private final InMemoryStorage storage;
  private final int chunk;
  private final ByteBudget budget;
  private final RecentRequests recent = new RecentRequests();
  private final WorkerExecutor worker;
  private final AtomicInteger waiting = new AtomicInteger();

  private TraceStore(InMemoryStorage storage, int maxSpans, WorkerExecutor worker) {
    this.storage = storage;
    this.chunk = Math.min(CHUNK, maxSpans);
    this.budget = new ByteBudget(maxSpans);
    this.worker = worker;
  }

  /** An empty store. */
  public static TraceStore create(Vertx vertx, StorePolicy policy) {
    InMemoryStorage storage =
        InMemoryStorage.newBuilder()
            .maxSpanCount(policy.maxSpans())
            .autocompleteKeys(COMPLETED_TAGS)
            .build();
    WorkerExecutor worker =
        vertx.createSharedWorkerExecutor(
            "headwater-store-" + System.identityHashCode(storage), 1, 30, TimeUnit.SECONDS);
    return new TraceStore(storage, policy.maxSpans(), worker);
  }

  /**
   * Keeps spans, ours or others'. Blocks while a question is being answered; never on a loop.
   *
   * @throws IllegalArgumentException when a span is larger than the store takes; none is kept then
   */
  public void accept(List<Span> spans) {
    for (Span span : spans) {
      budget.check(span);
    }
    for (int from = 0; from < spans.size(); from += chunk) {
      List<Span> part = spans.subList(from, Math.min(spans.size(), from + chunk));
      if (!budget.take(part)) {
        storage.clear();
      }
      keep(part);
    }
    recent.add(spans);
  }

  private void keep(List<Span> spans) {
    try {
      storage.accept(spans).execute();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Memory does not fail.
    }
  }

  /** The latest requests whose trace began here, newest first. From any thread, at once. */
  public List<RecentRequest> latest() {
    return recent.latest();
  }

  /**
   * Asks the storage on the store's worker.
   *
   * @return fails with {@link StoreBusyException} when too many wait, and with {@link
   *     java.util.concurrent.TimeoutException} when the time is over
   */
  <T> Future<T> ask(Callable<T> question) {
    if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      return Future.failedFuture(new StoreBusyException());
    }
    return worker
        .executeBlocking(question, false)
        .onComplete(done -> waiting.decrementAndGet())
        .timeout(QUESTION_TIME.toMillis(), TimeUnit.MILLISECONDS);
  }

  InMemoryStorage storage() {
    return storage;
  }

  /** Stops answering and forgets everything. */
  @Override
  public void close() {
    var unused = worker.close();
    storage.close();
  }
}
