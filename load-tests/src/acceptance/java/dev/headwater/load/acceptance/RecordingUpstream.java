package dev.headwater.load.acceptance;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A service that keeps the head of every request it gets. Paths below {@code /flaky/} are answered
 * 503 the first time and 200 from then on, paths below {@code /votes/broken/} 500; all others 200,
 * those with {@code /slow} in them after 1.5 s.
 */
final class RecordingUpstream {
  private static final String BODY = "x".repeat(512);

  private static final long SLOW_MILLIS = 1_500;

  private final Vertx vertx;
  private final HttpServer server;
  private final List<Arrival> arrivals = new ArrayList<>();
  private final Set<String> failedOnce = new HashSet<>();

  RecordingUpstream(Vertx vertx) {
    this.vertx = vertx;
    server = vertx.createHttpServer(Loopback.at(0)).requestHandler(this::receive);
    Loopback.await(server.listen());
  }

  int port() {
    return server.actualPort();
  }

  /** What came so far. */
  synchronized List<Arrival> arrivals() {
    return List.copyOf(arrivals);
  }

  /** Forgets what came so far. */
  synchronized void forget() {
    arrivals.clear();
  }

  private void receive(HttpServerRequest request) {
    int status = record(new Arrival(request.path(), List.copyOf(request.headers().entries())));
    var unused =
        request
            .end()
            .compose(
                read ->
                    request.path().contains("/slow")
                        ? vertx.timer(SLOW_MILLIS, TimeUnit.MILLISECONDS)
                        : Future.succeededFuture())
            .compose(read -> request.response().setStatusCode(status).end(BODY));
  }

  private synchronized int record(Arrival arrival) {
    arrivals.add(arrival);
    if (arrival.path().startsWith("/votes/broken/")) {
      return 500;
    }
    return arrival.path().startsWith("/flaky/") && failedOnce.add(arrival.path()) ? 503 : 200;
  }
}
