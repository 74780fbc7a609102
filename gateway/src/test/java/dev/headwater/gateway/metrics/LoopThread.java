package dev.headwater.gateway.metrics;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One thread that stands for an event loop. */
final class LoopThread implements AutoCloseable {
  private final ExecutorService thread = Executors.newSingleThreadExecutor();

  ExecutorService executor() {
    return thread;
  }

  void run(Runnable task) {
    call(
        () -> {
          task.run();
          return true;
        });
  }

  <T> T call(Callable<T> task) {
    try {
      return thread.submit(task).get(10, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
