package dev.headwater.load.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The API server is away; {@code -Dheadwater.away=600} seconds of it make the row's ten minutes.
 */
class ITApiServerAway {
  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private static final int AWAY = Integer.getInteger("headwater.away", 15);

  /** The longest pause between two attempts, see ClusterClient. */
  private static final Duration BACK = Duration.ofSeconds(40);

  @FaultRow("K1")
  @Test
  void lastConfigurationGoesOn_andChangesComeOnceTheServerIsBack() throws Exception {
    IngressProcess gateway = CLUSTER.gateway("api-server-away");
    IngressProcess other = CLUSTER.gateway("api-server-away-too");
    String namespace = CLUSTER.namespace();
    CLUSTER.service(namespace, "shop");
    CLUSTER.service(namespace, "later");
    CLUSTER.create(KubeObjects.ingress(namespace, "shop", "away.example", "shop"));
    Await.until("it is served", () -> gateway.clients().get("away.example", "/").status() == 200);
    Await.until("by both", () -> other.clients().get("away.example", "/").status() == 200);
    try (SteadyLoad load =
        SteadyLoad.start(CLUSTER.vertx(), gateway.ports().http(), 100, i -> "away.example")) {
      int port = CLUSTER.testbed().apiPort();
      CLUSTER.testbed().stopApiServer();
      List<Long> attempts;
      try (Attempts counted = new Attempts(port)) {
        Await.never(
            "it ended, or is not ready, or a request failed",
            Duration.ofSeconds(AWAY),
            () ->
                !gateway.lives()
                    || gateway.page("/readyz").statusCode() != 200
                    || !load.failed().isEmpty());
        attempts = counted.millis();
      } finally {
        CLUSTER.testbed().startApiServer();
      }
      int within = AWAY;
      assertThat(attempts)
          .as(
              "attempts of two replicas, each with seven kinds of objects and a Lease, in %d s",
              within)
          .hasSizeBetween(2, 40 * 10 + within * 10);
      CLUSTER.create(KubeObjects.ingress(namespace, "later", "later.example", "later"));
      Duration caughtUp =
          Await.until(
              "a change after its return",
              BACK,
              () -> gateway.clients().get("later.example", "/").status() == 200);
      Duration status =
          Await.until(
              "a status after its return",
              BACK,
              () -> !KubeObjects.published(CLUSTER.client(), namespace, "later").isEmpty());
      List<SteadyLoad.Sample> samples = load.end();
      assertThat(samples).extracting(each -> each.answer().status()).containsOnly(200);
      System.out.printf(
          "API server away %d s: %d requests, 0 failed; %d attempts to reach it, largest burst %d"
              + " in 50 ms; a change in force %d ms, its status %d ms after its return%n",
          AWAY,
          samples.size(),
          attempts.size(),
          burst(attempts),
          caughtUp.toMillis(),
          status.plus(caughtUp).toMillis());
    }
  }

  private static long burst(List<Long> millis) {
    return IntStream.range(0, millis.size())
        .mapToLong(
            i ->
                millis.stream()
                    .filter(at -> at >= millis.get(i) && at < millis.get(i) + 50)
                    .count())
        .max()
        .orElse(0);
  }

  /**
   * Takes the API server's place at its port, ends each connection, and writes down when it came.
   */
  private static final class Attempts implements AutoCloseable {
    private final ServerSocket socket;
    private final List<Long> millis = new ArrayList<>();
    private final Thread thread = new Thread(this::accept, "attempts");
    private final long from = System.nanoTime();

    Attempts(int port) throws IOException {
      socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress("127.0.0.1", port), 100);
      thread.start();
    }

    private void accept() {
      while (!socket.isClosed()) {
        try (Socket attempt = socket.accept()) {
          synchronized (this) {
            millis.add((System.nanoTime() - from) / 1_000_000);
          }
          attempt.setSoLinger(true, 0);
        } catch (SocketException closed) {
          return;
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
      }
    }

    synchronized List<Long> millis() {
      return List.copyOf(millis);
    }

    @Override
    public void close() throws IOException, InterruptedException {
      socket.close();
      thread.join();
    }
  }
}
