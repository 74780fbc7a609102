package dev.headwater.load.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.load.GatewayProcess;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * An edge that is changed all the time, under mixed traffic: its file is reloaded a hundred times,
 * its certificate swapped ten times, and its process replaced ten times by a successor at the same
 * address. {@code -Dheadwater.requests} says how many requests, a million by default; none may
 * fail. {@code -Dheadwater.tls=false} leaves TLS and its certificates out.
 */
class ITWireUnderChange {
  private static final long REQUESTS = Long.getLong("headwater.requests", 1_000_000);
  private static final boolean TLS =
      Boolean.parseBoolean(System.getProperty("headwater.tls", "true"));
  private static final int RELOADS = 100;
  private static final int SWAPS = 10;
  private static final int DRAINS = 10;
  private static final int SOCKETS = 20;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Path module = Path.of(System.getProperty("headwater.module", ".")).toAbsolutePath();
  private final HttpClient http = HttpClient.newHttpClient();
  private final int clear = Loopback.freePort();
  private final int secure = Loopback.freePort();
  private Vertx vertx;
  private HttpServer upstream;
  private Path folder;
  private Edge edge;
  private int started;

  /** One process: where it is told things, and asked. */
  private record Edge(GatewayProcess process, Path file, int admin) {}

  @BeforeEach
  void start() throws Exception {
    folder = Files.createDirectories(module.resolve("target/acceptance/wire-change"));
    vertx = Vertx.vertx();
    String body = "x".repeat(512);
    upstream =
        vertx
            .createHttpServer(Loopback.at(0))
            .webSocketHandler(socket -> socket.textMessageHandler(socket::writeTextMessage))
            .requestHandler(request -> request.response().end(body));
    Loopback.await(upstream.listen());
    PemFiles.write(folder.resolve("edge"), "first.example");
    edge = startEdge();
  }

  @AfterEach
  void stop() throws Exception {
    if (edge != null) {
      edge.process().close();
    }
    Loopback.await(vertx.close());
  }

  private Edge startEdge() throws Exception {
    int admin = Loopback.freePort();
    Path file = folder.resolve("edge-" + started + ".yaml");
    Files.writeString(file, configuration(admin, 0));
    GatewayProcess process =
        GatewayProcess.start(
            module.resolve("../headwater").normalize(),
            file,
            folder.resolve("edge-" + started++ + ".log"),
            URI.create("http://127.0.0.1:" + admin + "/readyz"),
            PATIENCE);
    Edge made = new Edge(process, file, admin);
    await("it is ready", () -> get(made, "readyz").startsWith("200\n"));
    return made;
  }

  private String configuration(int admin, int version) {
    return """
    listeners:
      - {name: web, address: "127.0.0.1:%d", reusePort: true}
    %s
    upstreams: [{name: voting, endpoints: ["http://127.0.0.1:%d"], pool: {idle: %ds}}]
    routes: [{name: votes%d, to: [{upstream: voting}]}]
    tracing: {sampling: {rate: 0.01}, store: {maxSpans: 1000}}
    drain: {delay: 1s, timeout: 10s}
    admin: {address: "127.0.0.1:%d"}
    """
        .formatted(
            clear,
            TLS ? secureListener() : "",
            upstream.actualPort(),
            50 + version % 2,
            version % 3,
            admin);
  }

  private String secureListener() {
    return "  - {name: secure, address: \"127.0.0.1:"
        + secure
        + "\", reusePort: true, tls: {certificates: [{certificate: edge.crt, key: edge.key}]}}";
  }

  @Test
  void reloadedSwappedAndReplaced_underMixedTraffic_noRequestFails() throws Exception {
    MixedTraffic traffic = new MixedTraffic(vertx, REQUESTS);
    MixedTraffic.legs(clear, TLS ? secure : 0).forEach(traffic::start);
    traffic.sockets(clear, SOCKETS);

    // Half of it on one process that is reloaded, so that its heap can be compared.
    after(traffic, REQUESTS / 20);
    long before = heap();
    for (int i = 1; i <= RELOADS; i++) {
      reload(i);
      if (TLS && i % (RELOADS / SWAPS) == 0) {
        swapCertificate(i);
      }
      after(traffic, REQUESTS / 20 + REQUESTS * 45 / 100 * i / RELOADS);
    }
    long grown = heap() - before;
    assertThat(traffic.socketsEnded.get()).as("WebSockets that ended").isZero();
    assertThat(grown).as("bytes of heap more after %s reloads", RELOADS).isLessThan(24L << 20);

    for (int i = 1; i <= DRAINS; i++) {
      Edge next = startEdge();
      edge.process().close(); // SIGTERM; fails unless it ends by itself, and cleanly.
      edge = next;
      after(traffic, REQUESTS / 2 + REQUESTS / 2 * i / (DRAINS + 1));
    }
    await("every request has its answer", traffic::done);
    traffic.end();
    System.out.printf(
        "%,d requests answered over HTTP/1.1 and HTTP/2, in clear and over TLS, %d sent again"
            + " before an answer, 0 failed; %d reloads, %d certificates, %d processes replaced; %,d"
            + " echoes, %d sockets moved with their processes; heap %+,d bytes over the reloads%n",
        traffic.answered(),
        traffic.sentAgain.get(),
        RELOADS,
        TLS ? SWAPS : 0,
        DRAINS,
        traffic.echoes.get(),
        traffic.socketsEnded.get(),
        grown);
    assertThat(traffic.failure()).isEmpty();
    assertThat(traffic.answered()).isEqualTo(REQUESTS);
    assertThat(traffic.socketsEnded.get()).isLessThanOrEqualTo(SOCKETS * DRAINS);
  }

  private void reload(int version) throws Exception {
    double now = metric("headwater_config_version");
    replace(edge.file(), configuration(edge.admin(), version));
    await("the file is in force", () -> metric("headwater_config_version") > now);
  }

  /** A new handshake shows the new certificate within a second or so; the old ones go on. */
  private void swapCertificate(int number) throws Exception {
    String name = "edge-" + number + ".example";
    PemFiles.write(folder.resolve("next"), name);
    Files.move(
        folder.resolve("next.key"),
        folder.resolve("edge.key"),
        StandardCopyOption.REPLACE_EXISTING);
    Files.move(
        folder.resolve("next.crt"),
        folder.resolve("edge.crt"),
        StandardCopyOption.REPLACE_EXISTING);
    await("the certificate is shown", () -> PemFiles.shownAt(secure).contains(name));
  }

  private static void replace(Path file, String text) throws IOException {
    Path next = Files.writeString(file.resolveSibling("next.yaml"), text);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private void after(MixedTraffic traffic, long answers) throws Exception {
    await(
        answers + " are answered",
        () -> traffic.answered() >= answers || !traffic.failure().isEmpty());
    assertThat(traffic.failure()).isEmpty();
  }

  /** Bytes of the heap after a collection. */
  private long heap() throws Exception {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      edge.process().collect();
      least = Math.min(least, (long) metric("jvm_memory_used_bytes\\{area=\"heap\"\\}"));
    }
    return least;
  }

  private double metric(String name) throws Exception {
    Matcher line =
        Pattern.compile("^" + name + " ([0-9.eE+]+)$", Pattern.MULTILINE)
            .matcher(get(edge, "metrics"));
    return line.find() ? Double.parseDouble(line.group(1)) : -1;
  }

  /** Status and body. */
  private String get(Edge of, String path) throws Exception {
    try {
      var answer =
          http.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + of.admin() + "/" + path))
                  .timeout(Duration.ofSeconds(20))
                  .build(),
              BodyHandlers.ofString());
      return answer.statusCode() + "\n" + answer.body();
    } catch (IOException nobody) {
      return "0\n" + nobody;
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(String what, Condition condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(10);
    while (!condition.holds()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within ten minutes: " + what);
      }
      LockSupport.parkNanos(5_000_000);
    }
  }
}
