package dev.headwater.gateway.demo;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Votes through the gateway, one round at a time: looks at the list, then votes. Like the bot of
 * the reference's application it sends a B3 context of its own with {@code X-B3-Sampled: 1} on
 * every request, which an edge that starts traces anew rightly does not believe.
 *
 * <p>Failures are part of the demo and are not reported. Votes on an event loop; may be closed from
 * any thread.
 */
public final class VoteBot {
  private static final HexFormat HEX = HexFormat.of();

  private final Vertx vertx;
  private final HttpClientAgent http;
  private final URI gateway;
  private final RandomGenerator random;
  private final long timer;
  private Future<?> round = Future.succeededFuture();
  private boolean closed;

  private VoteBot(Vertx vertx, URI gateway, Duration interval, RandomGenerator random) {
    this.vertx = vertx;
    this.gateway = gateway;
    this.random = random;
    http =
        vertx.createHttpClient(
            new HttpClientOptions(), new PoolOptions().setHttp1MaxSize(2).setMaxWaitQueueSize(4));
    timer = vertx.setPeriodic(1, interval.toMillis(), tick -> round());
  }

  /**
   * Starts voting at once and then every interval; a round is skipped while the last one still
   * runs.
   *
   * @param gateway scheme http, host and port
   * @param interval at least a millisecond
   * @param random ids and choices
   */
  public static VoteBot start(Vertx vertx, URI gateway, Duration interval, RandomGenerator random) {
    return new VoteBot(vertx, gateway, interval, random);
  }

  /** Stops voting, after the round that is under way. */
  public synchronized Future<Void> close() {
    closed = true;
    vertx.cancelTimer(timer);
    return round.transform(ended -> http.close());
  }

  /** A tick that was due when the bot was closed may still come. */
  private synchronized void round() {
    if (closed || !round.isComplete()) {
      return;
    }
    Emoji choice = Emoji.ALL.get(random.nextInt(Emoji.ALL.size()));
    round =
        send(HttpMethod.GET, "/api/list")
            .compose(list -> send(HttpMethod.POST, "/api/vote?choice=" + choice.code()));
  }

  private Future<Void> send(HttpMethod method, String path) {
    RequestOptions request =
        new RequestOptions()
            .setMethod(method)
            .setHost(gateway.getHost())
            .setPort(gateway.getPort())
            .setURI(path)
            .setTimeout(TimeUnit.SECONDS.toMillis(20))
            .putHeader("User-Agent", "headwater-demo-bot")
            .putHeader("X-B3-TraceId", id() + id())
            .putHeader("X-B3-SpanId", id())
            .putHeader("X-B3-Sampled", "1");
    return http.request(request).compose(sent -> sent.send()).compose(HttpClientResponse::end);
  }

  private String id() {
    long id = random.nextLong();
    return HEX.toHexDigits(id == 0 ? 1 : id);
  }
}
