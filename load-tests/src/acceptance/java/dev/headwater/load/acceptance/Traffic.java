package dev.headwater.load.acceptance;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients that each keep a connection and send their next request when the last one is answered.
 * Answers are kept by the number of the request.
 */
final class Traffic {
  /**
   * A request to send.
   *
   * @param fields name and value in turn; a name may come twice
   */
  record Asked(HttpMethod method, String path, List<String> fields, String body) {
    static Asked get(String path, String... fields) {
      return new Asked(HttpMethod.GET, path, List.of(fields), "");
    }
  }

  /**
   * What came back.
   *
   * @param status 0 when there was no answer
   * @param traceId of the response header, empty when there was none
   * @param failure why there was no answer
   */
  record Answered(int status, String traceId, String failure) {}

  /** The request of a number, from 0. */
  interface Script {
    Asked request(int number);
  }

  private static final int CONNECTIONS = 32;

  private final HttpClient client;
  private final int port;

  Traffic(Vertx vertx, int port) {
    this.port = port;
    client =
        vertx.createHttpClient(
            new HttpClientOptions().setDefaultHost(Loopback.HOST).setDefaultPort(port),
            new PoolOptions().setHttp1MaxSize(CONNECTIONS));
  }

  /** Sends that many requests and waits for the last answer. */
  List<Answered> send(int count, int withinSeconds, Script script) throws Exception {
    Answered[] answers = new Answered[count];
    AtomicInteger next = new AtomicInteger();
    List<Future<Void>> clients = new ArrayList<>();
    for (int i = 0; i < Math.min(CONNECTIONS, count); i++) {
      Promise<Void> done = Promise.promise();
      clients.add(done.future());
      sendNext(script, answers, next, done);
    }
    try {
      Future.join(clients)
          .toCompletionStage()
          .toCompletableFuture()
          .get(withinSeconds, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError(
          next.get() + " of " + count + " requests sent in " + withinSeconds + " s", late);
    }
    return List.of(answers);
  }

  private void sendNext(Script script, Answered[] answers, AtomicInteger next, Promise<Void> done) {
    int number = next.getAndIncrement();
    if (number >= answers.length) {
      done.complete();
      return;
    }
    var unused =
        answer(script.request(number))
            .otherwise(failure -> new Answered(0, "", String.valueOf(failure)))
            .onSuccess(
                answer -> {
                  answers[number] = answer;
                  sendNext(script, answers, next, done);
                });
  }

  private Future<Answered> answer(Asked asked) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(asked.method())
            .setURI(asked.path())
            .setHost(Loopback.HOST)
            .setPort(port);
    return client
        .request(options)
        .compose(
            request -> {
              for (int i = 0; i < asked.fields().size(); i += 2) {
                request.headers().add(asked.fields().get(i), asked.fields().get(i + 1));
              }
              return asked.body().isEmpty() ? request.send() : request.send(asked.body());
            })
        .compose(
            response ->
                response
                    .end()
                    .map(
                        read -> {
                          String id = response.getHeader("x-trace-id");
                          return new Answered(response.statusCode(), id == null ? "" : id, "");
                        }));
  }
}
