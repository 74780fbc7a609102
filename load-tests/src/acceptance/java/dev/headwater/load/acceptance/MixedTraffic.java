package dev.headwater.load.acceptance;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Clients of several protocols at one edge, each with its next request when the last one is
 * answered. They do as RFC 9112 9.3.1 says: a request whose connection ends before a byte of its
 * answer is sent again, once, and counted. WebSockets echo all the time; one that ends comes back,
 * and is counted.
 */
final class MixedTraffic {
  /**
   * A protocol.
   *
   * @param tls whether it is asked for over TLS, on {@code port}
   */
  record Leg(String name, HttpVersion version, boolean tls, int port, int clients) {}

  private static final int PIECE_MILLIS = 50;

  private final Vertx vertx;
  private final long wanted;
  private final AtomicLong begun = new AtomicLong();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicInteger working = new AtomicInteger();
  private final AtomicReference<String> failure = new AtomicReference<>("");
  private volatile boolean over;

  final AtomicLong sentAgain = new AtomicLong();
  final AtomicLong echoes = new AtomicLong();
  final AtomicInteger socketsEnded = new AtomicInteger();

  /** Traffic that ends after {@code wanted} requests. */
  MixedTraffic(Vertx vertx, long wanted) {
    this.vertx = vertx;
    this.wanted = wanted;
  }

  /** Lets the clients of a protocol begin. */
  void start(Leg leg) {
    HttpClient client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(leg.version())
                .setSsl(leg.tls())
                .setUseAlpn(leg.tls())
                .setTrustAll(true)
                .setVerifyHost(false)
                .setHttp2ClearTextUpgrade(false),
            new PoolOptions().setHttp1MaxSize(leg.clients()).setHttp2MaxSize(2));
    RequestOptions request =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setHost(Loopback.HOST)
            .setPort(leg.port())
            .setURI("/votes/" + leg.name());
    for (int i = 0; i < leg.clients(); i++) {
      working.incrementAndGet();
      next(client, request);
    }
  }

  private void next(HttpClient client, RequestOptions request) {
    if (begun.incrementAndGet() > wanted || !failure().isEmpty()) {
      working.decrementAndGet();
      return;
    }
    var unused =
        send(client, request)
            .recover(
                early -> {
                  sentAgain.incrementAndGet();
                  return send(client, request);
                })
            .onComplete(
                result -> {
                  if (result.failed()) {
                    fail(request.getURI() + ": " + result.cause());
                  } else if (result.result() != 200) {
                    fail(request.getURI() + ": status " + result.result());
                  } else {
                    answered.incrementAndGet();
                  }
                  next(client, request);
                });
  }

  /** Fails only while nothing of an answer has come. */
  private Future<Integer> send(HttpClient client, RequestOptions request) {
    return client
        .request(request)
        .compose(made -> made.send())
        .compose(
            response ->
                response
                    .body()
                    .map(body -> body.length() == 512 ? response.statusCode() : -1)
                    .otherwise(-2));
  }

  private void fail(String how) {
    failure.compareAndSet("", how);
  }

  /** Opens WebSockets that echo until the end. */
  void sockets(int port, int count) {
    WebSocketClient client = vertx.createWebSocketClient();
    for (int i = 0; i < count; i++) {
      open(client, port, 0);
    }
  }

  private void open(WebSocketClient client, int port, int tries) {
    WebSocketConnectOptions to =
        new WebSocketConnectOptions().setHost(Loopback.HOST).setPort(port).setURI("/ws");
    var unused =
        client
            .connect(to)
            .onSuccess(
                socket -> {
                  long[] number = {0};
                  socket.textMessageHandler(
                      text -> {
                        if (!text.equals("echo " + number[0])) {
                          fail("a WebSocket said " + text);
                        }
                        echoes.incrementAndGet();
                        number[0]++;
                        vertx.setTimer(PIECE_MILLIS, tick -> say(socket, number[0]));
                      });
                  socket.closeHandler(
                      closed -> {
                        if (!over) {
                          socketsEnded.incrementAndGet();
                          open(client, port, 0);
                        }
                      });
                  say(socket, 0);
                })
            .onFailure(
                cause -> {
                  if (tries > 2 || !(cause instanceof ConnectException) && tries > 0) {
                    fail("a WebSocket did not open: " + cause);
                  } else if (!over) {
                    vertx.setTimer(PIECE_MILLIS, tick -> open(client, port, tries + 1));
                  }
                });
  }

  private static void say(WebSocket socket, long number) {
    if (!socket.isClosed()) {
      var unused = socket.writeTextMessage("echo " + number);
    }
  }

  long answered() {
    return answered.get();
  }

  /** What failed first, or nothing. */
  String failure() {
    return Objects.requireNonNullElse(failure.get(), "");
  }

  /** Whether every request that was wanted has its answer, or one failed. */
  boolean done() {
    return working.get() == 0;
  }

  /** Nothing is opened again. */
  void end() {
    over = true;
  }

  /** The legs of a run. */
  static List<Leg> legs(int clear, int secure) {
    List<Leg> legs = new ArrayList<>();
    legs.add(new Leg("h1", HttpVersion.HTTP_1_1, false, clear, 12));
    legs.add(new Leg("h2c", HttpVersion.HTTP_2, false, clear, 12));
    if (secure != 0) {
      legs.add(new Leg("tls", HttpVersion.HTTP_1_1, true, secure, 6));
      legs.add(new Leg("h2", HttpVersion.HTTP_2, true, secure, 12));
    }
    return legs;
  }
}
