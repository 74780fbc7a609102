package dev.headwater.load.acceptance;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Requests at a steady rate, whatever becomes of the ones before: an open loop. One thread sends;
 * answers come on another.
 */
final class SteadyTraffic {
  /**
   * A request and its answer.
   *
   * @param sentNanos when, by {@link System#nanoTime}
   * @param answeredNanos when its answer was complete
   * @param status 0 when there was no answer
   * @param traceId of the response header
   */
  record Sample(long sentNanos, long answeredNanos, int status, String traceId) {}

  private static final int CONNECTIONS = 64;

  private final HttpClient client;
  private final List<Sample> samples = new ArrayList<>();
  private final int perSecond;
  private int sent;

  SteadyTraffic(Vertx vertx, int port, int perSecond) {
    this.perSecond = perSecond;
    client =
        vertx.createHttpClient(
            new HttpClientOptions().setDefaultHost(Loopback.HOST).setDefaultPort(port),
            new PoolOptions().setHttp1MaxSize(CONNECTIONS).setMaxWaitQueueSize(-1));
  }

  /** Sends for so long, running {@code when} of each script when its second has come. */
  List<Sample> run(int seconds, List<Scripted> scripts) throws Exception {
    long from = System.nanoTime();
    int total = seconds * perSecond;
    int script = 0;
    for (int i = 0; i < total; i++) {
      long due = from + TimeUnit.SECONDS.toNanos(1) * i / perSecond;
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(Math.min(1_000_000, due - System.nanoTime()));
      }
      if (script < scripts.size() && i >= scripts.get(script).second() * perSecond) {
        scripts.get(script++).action().run();
      }
      send(i);
    }
    return awaitAll(total);
  }

  /** What is done while requests go on, at a second from the start. */
  record Scripted(int second, Action action) {}

  /** Something that may fail; short, since requests wait for it. */
  interface Action {
    void run() throws Exception;
  }

  private void send(int number) {
    long at = System.nanoTime();
    sent++;
    var unused =
        client
            .request(HttpMethod.GET, "/votes/" + number)
            .compose(request -> request.send())
            .compose(
                response ->
                    response
                        .end()
                        .map(
                            read ->
                                new Sample(
                                    at,
                                    System.nanoTime(),
                                    response.statusCode(),
                                    String.valueOf(response.getHeader("x-trace-id")))))
            .otherwise(failure -> new Sample(at, System.nanoTime(), 0, String.valueOf(failure)))
            .onSuccess(this::add);
  }

  private synchronized void add(Sample sample) {
    samples.add(sample);
    notifyAll();
  }

  private synchronized List<Sample> awaitAll(int count) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (samples.size() < count && System.nanoTime() < end) {
      wait(100);
    }
    if (samples.size() < count) {
      throw new AssertionError(samples.size() + " of " + sent + " requests were answered");
    }
    return List.copyOf(samples);
  }
}
