package dev.headwater.load.acceptance;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * So many requests per second, whether the ones before are answered or not, until it is closed.
 * Safe for use from any thread.
 */
final class PacedTraffic implements AutoCloseable {
  /**
   * What came back.
   *
   * @param at when, by {@link System#nanoTime()}
   * @param status 0 when there was no answer
   * @param traceId of the response header, empty when there was none
   */
  record Answer(long at, int status, String traceId) {}

  private static final long TICK_MILLIS = 5;
  private static final int CONNECTIONS = 64;

  private final Vertx vertx;
  private final HttpClient client;
  private final int perSecond;
  private final long began = System.nanoTime();
  private final long timer;
  private final List<Answer> answers = new ArrayList<>();
  private long sent;
  private boolean closed;

  PacedTraffic(Vertx vertx, int port, int perSecond) {
    this.vertx = vertx;
    this.perSecond = perSecond;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions().setDefaultHost(Loopback.HOST).setDefaultPort(port),
            new PoolOptions().setHttp1MaxSize(CONNECTIONS));
    this.timer = vertx.setPeriodic(TICK_MILLIS, tick -> sendDue());
  }

  private void sendDue() {
    for (long due = due(); due > 0; due--) {
      var unused =
          send()
              .otherwise(failure -> new Answer(System.nanoTime(), 0, ""))
              .onSuccess(this::received);
    }
  }

  private synchronized long due() {
    if (closed) {
      return 0;
    }
    long until = (System.nanoTime() - began) * perSecond / TimeUnit.SECONDS.toNanos(1);
    long due = until - sent;
    sent = until;
    return due;
  }

  private Future<Answer> send() {
    return client
        .request(HttpMethod.GET, "/votes/1")
        .compose(request -> request.send())
        .compose(
            response ->
                response
                    .end()
                    .map(
                        read -> {
                          String id = response.getHeader("x-trace-id");
                          return new Answer(
                              System.nanoTime(), response.statusCode(), id == null ? "" : id);
                        }));
  }

  private synchronized void received(Answer answer) {
    answers.add(answer);
    notifyAll();
  }

  /** Requests sent so far. */
  synchronized long sent() {
    return sent;
  }

  /** Sends no more, and returns what came back for all that was sent. */
  synchronized List<Answer> finish() throws InterruptedException {
    closed = true;
    vertx.cancelTimer(timer);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (answers.size() < sent && System.nanoTime() < end) {
      wait(100);
    }
    if (answers.size() < sent) {
      throw new AssertionError(answers.size() + " answers to " + sent + " requests after 60 s");
    }
    return List.copyOf(answers);
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    vertx.cancelTimer(timer);
    var unused = client.close();
  }
}
