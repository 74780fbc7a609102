package dev.headwater.load.cluster;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A service in front of which the gateway stands: every address of it answers 200 with its name in
 * {@code served-by} and the request's target as body, and counts.
 */
final class Origin {
  private final String name;
  private final int port;
  private final List<String> addresses;
  private final Map<String, AtomicLong> reached = new ConcurrentHashMap<>();
  private final List<Arrival> arrivals = new ArrayList<>();
  private boolean records;

  /**
   * A request that came.
   *
   * @param atNanos when, by {@link System#nanoTime}
   * @param head its fields
   */
  record Arrival(long atNanos, MultiMap head) {}

  private Origin(String name, int port, List<String> addresses) {
    this.name = name;
    this.port = port;
    this.addresses = List.copyOf(addresses);
  }

  /** Listens at a port of all addresses. */
  static Origin at(Vertx vertx, String name, String... addresses) {
    return at(vertx, name, List.of(addresses));
  }

  static Origin at(Vertx vertx, String name, List<String> addresses) {
    Origin origin = new Origin(name, freePort(addresses.get(0)), addresses);
    List<Future<HttpServer>> listening = new ArrayList<>();
    for (String address : addresses) {
      listening.add(
          vertx
              .createHttpServer(new HttpServerOptions().setMaxInitialLineLength(64 << 10))
              .requestHandler(request -> origin.receive(address, request))
              .listen(origin.port, address));
    }
    Future.all(listening).toCompletionStage().toCompletableFuture().join();
    return origin;
  }

  private static int freePort(String address) {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(address))) {
      return socket.getLocalPort();
    } catch (java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void receive(String address, HttpServerRequest request) {
    reached.computeIfAbsent(address, key -> new AtomicLong()).incrementAndGet();
    record(request.headers());
    var unused =
        request
            .end()
            .compose(read -> request.response().putHeader("served-by", name).end(request.uri()));
  }

  private synchronized void record(MultiMap head) {
    if (records) {
      arrivals.add(new Arrival(System.nanoTime(), head));
    }
  }

  int port() {
    return port;
  }

  List<String> addresses() {
    return addresses;
  }

  /** Requests by the address that they came to. */
  Map<String, Long> reached() {
    Map<String, Long> counts = new java.util.TreeMap<>();
    reached.forEach((address, count) -> counts.put(address, count.get()));
    return counts;
  }

  /** Forgets what came so far, and keeps what comes from now on. */
  synchronized void record() {
    records = true;
    arrivals.clear();
    reached.clear();
  }

  /** What came since then. */
  synchronized List<Arrival> arrivals() {
    return List.copyOf(arrivals);
  }

  /** Heads since then. */
  List<MultiMap> heads() {
    return arrivals().stream().map(Arrival::head).toList();
  }
}
