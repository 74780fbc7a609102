package dev.headwater.load.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.load.GatewayProcess;
import dev.headwater.load.acceptance.SteadyTraffic.Sample;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Row C12 and its neighbours from outside: what hostile clients cost in memory and what they cost
 * others in time. The gateway's heap is touched at its start, so that what its resident memory
 * grows by afterwards is outside the heap; the heap is taken after a full collection.
 */
class ITHostileLoad {
  /** What a connection may cost beyond a hundred times the bytes that its client sent. */
  private static final long ALLOWED_BYTES_PER_CONNECTION = 64 * 1024;

  private static final long ALLOWED_PER_CLIENT_BYTE = 100;

  /** Code that was not compiled before, collected buffers of threads: whatever the attack is. */
  private static final long ALLOWED_ONCE_BYTES = 32L * 1024 * 1024;

  /** A shared machine, and the attackers run on the same cores. */
  private static final double ALLOWED_SLOWDOWN_MILLIS = 250;

  private static final int PER_SECOND = Integer.getInteger("headwater.hostile.rate", 200);
  private static final int SECONDS = Integer.getInteger("headwater.hostile.seconds", 12);
  private static final long STANDING_NANOS = TimeUnit.SECONDS.toNanos(SECONDS + 8);
  private static final long LARGE_BYTES = 100L * 1024 * 1024;
  private static final int CHUNK_BYTES = 32 * 1024;
  private static final double MEBI = 1024.0 * 1024;

  @RegisterExtension final Surroundings around = new Surroundings();

  private final Vertx pouring = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));

  @AfterEach
  void end() {
    Loopback.await(pouring.close());
  }

  /** What was seen while an attack stood. */
  private record Row(
      String attack, int connections, int closed, long bytes, Memory memory, List<Sample> samples) {

    double percentile(double share) {
      long[] sorted =
          samples.stream().mapToLong(s -> s.answeredNanos() - s.sentNanos()).sorted().toArray();
      return sorted[(int) (share * (sorted.length - 1))] / 1e6;
    }

    long failed() {
      return samples.stream().filter(sample -> sample.status() != 200).count();
    }
  }

  /** Bytes: of the heap after a collection, and resident in all. */
  private record Memory(long heap, long resident) {}

  private interface Attack {
    void on(HostileClients clients) throws IOException;
  }

  @Test
  void normalTraffic_isServedUnderHostileLoad() throws Exception {
    List<Row> rows = new ArrayList<>();
    Path module = Path.of(System.getProperty("headwater.module", ".")).toAbsolutePath();
    int port = Loopback.freePort();
    int admin = Loopback.freePort();
    try (HostedEdge edge = start(module, port, admin)) {
      new SteadyTraffic(around.vertx(), port, PER_SECOND).run(SECONDS, List.of());
      Row calm = row("none", false, edge, port, clients -> {});
      rows.add(calm);
      rows.add(row("10,000 idle connections", true, edge, port, clients -> clients.idle(10_000)));
      rows.add(
          row(
              "500 slow readers of 100 MiB",
              true,
              edge,
              port,
              clients -> clients.slowReaders(500, "/large", 1024, STANDING_NANOS)));
      rows.add(
          row(
              "1,000 slowloris clients",
              true,
              edge,
              port,
              clients -> clients.slowHeads(1000, STANDING_NANOS)));
      rows.add(
          row("10,000 rapid resets", false, edge, port, clients -> clients.rapidReset(10_000)));
      rows.add(
          row(
              "100,000 CONTINUATIONs",
              false,
              edge,
              port,
              clients -> clients.continuationFlood(100_000)));
      print(rows);
      rows.forEach(row -> assertHarmless(row, calm));
    }
  }

  /**
   * Traffic while the attack goes on, or once all attackers stand; memory at its end, with the
   * attackers still there.
   */
  private Row row(String name, boolean stands, HostedEdge edge, int port, Attack attack)
      throws Exception {
    try (HostileClients clients = new HostileClients(port)) {
      CompletableFuture<Void> attacking =
          CompletableFuture.runAsync(
              () -> {
                try {
                  attack.on(clients);
                } catch (IOException e) {
                  throw new IllegalStateException(name, e);
                }
              });
      CompletableFuture<Object> standing = CompletableFuture.anyOf(attacking, clients.standing());
      if (stands) {
        standing.get(120, TimeUnit.SECONDS);
      }
      List<Sample> samples =
          new SteadyTraffic(around.vertx(), port, PER_SECOND).run(SECONDS, List.of());
      standing.get(120, TimeUnit.SECONDS);
      Memory memory = edge.memory();
      attacking.get(120, TimeUnit.SECONDS);
      return new Row(
          name, clients.connections(), clients.closedByEdge(), clients.bytes(), memory, samples);
    }
  }

  private static void assertHarmless(Row row, Row calm) {
    assertThat(row.failed()).as("failures under %s", row.attack()).isZero();
    assertThat(row.percentile(0.99))
        .as("p99 under %s", row.attack())
        .isLessThan(2 * calm.percentile(0.99) + ALLOWED_SLOWDOWN_MILLIS);
    long allowed =
        ALLOWED_ONCE_BYTES
            + row.connections() * ALLOWED_BYTES_PER_CONNECTION
            + row.bytes() * ALLOWED_PER_CLIENT_BYTE;
    assertThat(growth(row, calm)).as("bytes under %s", row.attack()).isLessThan(allowed);
  }

  /** What the attack costs inside and outside of the heap. */
  private static long growth(Row row, Row calm) {
    return row.memory().heap()
        - calm.memory().heap()
        + row.memory().resident()
        - calm.memory().resident();
  }

  private static void print(List<Row> rows) {
    Row calm = rows.get(0);
    System.out.printf(
        "%-30s %11s %7s %11s %9s %9s %12s %8s %8s %7s%n",
        "attack",
        "connections",
        "closed",
        "bytes sent",
        "heap MiB",
        "RSS MiB",
        "costs MiB",
        "p50 ms",
        "p99 ms",
        "failed");
    for (Row row : rows) {
      System.out.printf(
          "%-30s %11d %7d %11d %9.1f %9.1f %12.1f %8.2f %8.2f %3d/%d%n",
          row.attack(),
          row.connections(),
          row.closed(),
          row.bytes(),
          row.memory().heap() / MEBI,
          row.memory().resident() / MEBI,
          growth(row, calm) / MEBI,
          row.percentile(0.5),
          row.percentile(0.99),
          row.failed(),
          row.samples().size());
    }
  }

  private HostedEdge start(Path module, int port, int admin) throws IOException {
    Path folder = Files.createDirectories(module.resolve("target/acceptance"));
    // With loops of its own, and little room in the kernel: it must not hold up the other upstream.
    HttpServer large =
        pouring
            .createHttpServer(Loopback.at(0).setSendBufferSize(CHUNK_BYTES))
            .requestHandler(request -> pour(request.response(), LARGE_BYTES));
    Loopback.await(large.listen());
    Path configuration =
        Files.writeString(
            folder.resolve("hostile.yaml"),
            """
            listeners: [{name: web, address: "127.0.0.1:%d"}]
            upstreams:
              - {name: voting, endpoints: ["http://127.0.0.1:%d"]}
              - {name: large, endpoints: ["http://127.0.0.1:%d"], pool: {connections: 1000}}
            routes:
              - {name: votes, match: {path: {prefix: /votes}}, to: [{upstream: voting}]}
              - {name: large, match: {path: {exact: /large}}, to: [{upstream: large}]}
            tracing: {sampling: {rate: 0.1}, report: [%s]}
            admin: {address: "127.0.0.1:%d"}
            """
                .formatted(
                    port, around.upstream().port(), large.actualPort(), around.sink(), admin));
    GatewayProcess process =
        GatewayProcess.start(
            module.resolve("../headwater").normalize(),
            configuration,
            folder.resolve("hostile.log"),
            URI.create("http://127.0.0.1:" + port + "/votes/first"),
            Duration.ofMinutes(5),
            Map.of("HEADWATER_JAVA_OPTS", "-Xms512m -XX:+AlwaysPreTouch"));
    return new HostedEdge(process, URI.create("http://127.0.0.1:" + admin + "/metrics"));
  }

  /** So many bytes, as fast as they are taken. */
  private static void pour(HttpServerResponse response, long bytes) {
    response.putHeader("content-length", String.valueOf(bytes));
    Buffer some = Buffer.buffer(new byte[CHUNK_BYTES]);
    long[] left = {bytes};
    Runnable more =
        () -> {
          while (left[0] > 0 && !response.writeQueueFull() && !response.closed()) {
            left[0] -= some.length();
            var unused = left[0] > 0 ? response.write(some) : response.end(some);
          }
        };
    response.drainHandler(drained -> more.run());
    response.exceptionHandler(gone -> left[0] = 0);
    more.run();
  }

  private record HostedEdge(GatewayProcess process, URI metrics) implements AutoCloseable {
    Memory memory() throws IOException, InterruptedException {
      Process collection =
          new ProcessBuilder("jcmd", String.valueOf(process.pid()), "GC.run")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      assertThat(collection.waitFor()).as("jcmd GC.run").isZero();
      String page =
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString())
              .body();
      return new Memory(
          gauge(page, "jvm_memory_used_bytes{area=\"heap\"} "),
          gauge(page, "process_resident_memory_bytes "));
    }

    private static long gauge(String page, String name) {
      return page.lines()
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> (long) Double.parseDouble(line.substring(name.length())))
          .findFirst()
          .orElseThrow(() -> new AssertionError(name + "is not in the metrics"));
    }

    @Override
    public void close() {
      process.close();
    }
  }
}
