package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.fault.Ending;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys of ingress-nginx about times, sizes and tries, through real requests. */
class ITNginxLimits {
  private static final String GET = "GET /cart HTTP/1.1\r\nHost: shop.example\r\n\r\n";

  /** Of a limit of one second, with the clock's coarseness and a busy machine. */
  private static final Duration AT_LEAST = Duration.ofMillis(900);

  private static final Duration AT_MOST = Duration.ofSeconds(9);

  private static RunningGateway start(NginxEdge edge) {
    return RunningGateway.of(edge.build(), Clock.systemUTC());
  }

  private static NginxEdge with(NginxEdge edge, String where, String key, Object value) {
    return where.equals("configMap") ? edge.key(key, value) : edge.annotation(key, value);
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  @ShowsKeys(
      configMap = {"proxy-connect-timeout"},
      annotations = {"proxy-connect-timeout"})
  @ParameterizedTest
  @ValueSource(strings = {"configMap", "annotation"})
  void backendThatTakesNoConnectionIsGivenUp(String where) throws Exception {
    List<Socket> fillers = new ArrayList<>();
    // A listening socket whose queue is full drops the SYN.
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      fill(full, fillers);
      NginxEdge edge = NginxEdge.to(full.getLocalPort()).annotation("proxy-next-upstream-tries", 1);
      try (RunningGateway gateway = start(with(edge, where, "proxy-connect-timeout", 1));
          RawClient client = gateway.connect()) {
        long from = System.nanoTime();
        String answer = client.send(GET).response();

        assertThat(answer).startsWith("HTTP/1.1 504 ").contains("reason: connect_timeout");
        // Its default is 5 s.
        assertThat(since(from)).isBetween(AT_LEAST, Duration.ofMillis(4500));
      }
    } finally {
      for (Socket filler : fillers) {
        filler.close();
      }
    }
  }

  private static void fill(ServerSocket server, List<Socket> fillers) throws IOException {
    try {
      for (int i = 0; i < 4; i++) {
        Socket filler = new Socket();
        fillers.add(filler);
        filler.connect(server.getLocalSocketAddress(), 100);
      }
    } catch (SocketTimeoutException queueIsFull) {
      // As wanted.
    }
  }

  @ShowsKeys(
      configMap = {"proxy-read-timeout", "proxy-next-upstream-tries"},
      annotations = {"proxy-read-timeout", "proxy-next-upstream-tries"})
  @ParameterizedTest
  @ValueSource(strings = {"configMap", "annotation"})
  void silentBackendIsGivenUp_afterTheTriesThatThereAre(String where) throws Exception {
    AtomicInteger tries = new AtomicInteger();
    try (RawUpstream silent =
        new RawUpstream(
            peer -> {
              peer.request();
              tries.incrementAndGet();
              peer.closedByGateway();
            })) {
      NginxEdge edge = with(NginxEdge.to(silent.port()), where, "proxy-read-timeout", 1);
      try (RunningGateway gateway = start(with(edge, where, "proxy-next-upstream-tries", 2));
          RawClient client = gateway.connect()) {
        long from = System.nanoTime();

        assertThat(client.send(GET).response()).startsWith("HTTP/1.1 504 ");
        assertThat(since(from)).isBetween(AT_LEAST.multipliedBy(2), AT_MOST);
        assertThat(tries).hasValue(2);
      }
    }
  }

  @ShowsKeys(
      configMap = {"proxy-next-upstream"},
      annotations = {"proxy-next-upstream"})
  @ParameterizedTest
  @CsvSource({
    "configMap, error http_503, false",
    "configMap, error, true",
    "annotation, error timeout, true",
    "annotation, error http_503, false",
    "annotation, off, true"
  })
  void anotherEndpointIsTried_whenTheKeySaysSo(String where, String conditions, boolean seen)
      throws Exception {
    try (RawUpstream busy =
            RawUpstream.answering("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
        RawUpstream idle = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway =
            start(
                with(
                    NginxEdge.to(busy.port(), idle.port()),
                    where,
                    "proxy-next-upstream",
                    conditions));
        RawClient client = gateway.connect()) {
      // In turn: of two requests one comes to the busy one first.
      String both = client.send(GET).response() + client.send(GET).response();

      assertThat(both).contains("HTTP/1.1 200 ");
      assertThat(both.contains("HTTP/1.1 503 ")).isEqualTo(seen);
    }
  }

  @ShowsKeys(configMap = {"client-header-timeout"})
  @Test
  void clientWhoseHeadDoesNotEndIsSentAway() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway =
            start(NginxEdge.to(upstream.port()).key("client-header-timeout", 1));
        RawClient client = gateway.connect()) {
      long from = System.nanoTime();
      client.send("GET /cart HTTP/1.1\r\nHost: shop");

      assertThat(client.head()).startsWith("HTTP/1.1 408 ");
      assertThat(since(from)).isBetween(AT_LEAST, AT_MOST);
      assertThat(client.ending()).isEqualTo(Ending.CLOSED);
    }
  }

  /** The difference: it is not this key that bounds the silence, but keep-alive. */
  @ShowsKeys(configMap = {"client-body-timeout", "keep-alive"})
  @Test
  void clientWhoseBodyFallsSilentIsSentAway_afterKeepAlive() throws Exception {
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  peer.request();
                  peer.closedByGateway();
                });
        RunningGateway gateway =
            start(
                NginxEdge.to(upstream.port())
                    .key("client-body-timeout", 600)
                    .key("keep-alive", 1));
        RawClient client = gateway.connect()) {
      long from = System.nanoTime();
      client.send("POST /cart HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 10\r\n\r\nhalf");

      assertThat(client.head()).startsWith("HTTP/1.1 408 ");
      assertThat(since(from)).isBetween(AT_LEAST, AT_MOST);
    }
  }

  @ShowsKeys(configMap = {"upstream-keepalive-timeout"})
  @Test
  void idleConnectionToABackendIsClosed() throws Exception {
    CompletableFuture<Duration> idle = new CompletableFuture<>();
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  peer.request();
                  peer.send(RawUpstream.OK);
                  long from = System.nanoTime();
                  peer.closedByGateway();
                  idle.complete(since(from));
                });
        RunningGateway gateway =
            start(NginxEdge.to(upstream.port()).key("upstream-keepalive-timeout", 1));
        RawClient client = gateway.connect()) {
      assertThat(client.send(GET).response()).startsWith("HTTP/1.1 200 ");

      assertThat(idle.get(10, TimeUnit.SECONDS)).isBetween(AT_LEAST, AT_MOST);
    }
  }

  @ShowsKeys(configMap = {"worker-shutdown-timeout"})
  @Test
  void requestsInProgressHaveSoLong_whenTheGatewayEnds() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  peer.request();
                  asked.countDown();
                  peer.closedByGateway();
                });
        RunningGateway gateway =
            start(NginxEdge.to(upstream.port()).key("worker-shutdown-timeout", "1s"));
        RawClient client = gateway.connect()) {
      client.send(GET);
      assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
      long from = System.nanoTime();
      var stopped = gateway.gateway().stop().toCompletionStage().toCompletableFuture();

      assertThat(client.ending()).isNotEqualTo(Ending.OPEN);
      assertThat(since(from)).isBetween(AT_LEAST, AT_MOST);
      stopped.get(10, TimeUnit.SECONDS);
    }
  }

  /** The difference: an Ingress that allows more allows it on all hosts. */
  @ShowsKeys(
      configMap = {"proxy-body-size"},
      annotations = {"proxy-body-size"})
  @ParameterizedTest
  @CsvSource({"2049, 413", "2048, 200", "1025, 200"})
  void bodyIsBoundedByTheLargestThatSomebodyAllows(int length, int status) throws Exception {
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  peer.request();
                  peer.read(length);
                  peer.send(RawUpstream.OK);
                });
        RunningGateway gateway =
            new IngressEdge()
                .service("web", upstream)
                .configMap("headwater", Map.of("proxy-body-size", "1k"))
                .ingress(
                    "web",
                    Map.of("proxy-body-size", "2k"),
                    IngressEdge.rule("shop.example", "/", "web"))
                .ingress("other", Map.of(), IngressEdge.rule("other.example", "/", "web"))
                .start();
        RawClient client = gateway.connect()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: other.example\r\nContent-Length: "
              + length
              + "\r\n\r\n"
              + "x".repeat(length));

      assertThat(client.response()).startsWith("HTTP/1.1 " + status + " ");
    }
  }
}
