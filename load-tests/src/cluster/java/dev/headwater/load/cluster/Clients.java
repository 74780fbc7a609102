package dev.headwater.load.cluster;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Clients of one gateway, which ask for whatever host and path. */
final class Clients {
  private static final int CONNECTIONS = 64;
  private static final int PATIENCE_SECONDS = 30;

  private final HttpClientAgent client;
  private final SocketAddress gateway;

  Clients(Vertx vertx, int port) {
    client =
        vertx.createHttpClient(
            new HttpClientOptions().setMaxHeaderSize(64 << 10).setMaxInitialLineLength(64 << 10),
            new PoolOptions().setHttp1MaxSize(CONNECTIONS).setMaxWaitQueueSize(-1));
    gateway = SocketAddress.inetSocketAddress(port, "127.0.0.1");
  }

  /**
   * An answer.
   *
   * @param status 0 when there was none
   * @param fields by their names in lower case
   * @param body or why there was no answer
   */
  record Answer(int status, Map<String, String> fields, String body) {
    /** Which service answered; empty for the gateway itself. */
    String servedBy() {
      return fields.getOrDefault("served-by", "");
    }
  }

  /** Asks; never fails. */
  Future<Answer> ask(String host, String target, Map<String, String> fields) {
    HttpClient http = client;
    return http.request(
            new RequestOptions()
                .setServer(gateway)
                .setMethod(HttpMethod.GET)
                .setHost(host)
                .setPort(80)
                .setURI(target))
        .compose(
            request -> {
              fields.forEach(request::putHeader);
              return request.send();
            })
        .compose(
            response ->
                response
                    .body()
                    .map(
                        body -> {
                          Map<String, String> got = new HashMap<>();
                          response
                              .headers()
                              .forEach(
                                  (name, value) -> got.put(name.toLowerCase(Locale.ROOT), value));
                          return new Answer(response.statusCode(), got, body.toString());
                        }))
        .otherwise(failure -> new Answer(0, Map.of(), String.valueOf(failure)));
  }

  /** Asks and waits for the answer. */
  Answer get(String host, String target) throws Exception {
    return ask(host, target, Map.of())
        .toCompletionStage()
        .toCompletableFuture()
        .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  void close() {
    client.close().toCompletionStage().toCompletableFuture().join();
  }
}
