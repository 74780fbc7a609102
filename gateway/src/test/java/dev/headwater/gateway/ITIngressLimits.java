package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What one client may take of an Ingress, through real requests. */
class ITIngressLimits {
  private static final String ELSEWHERE = "127.0.0.2";

  private static IngressEdge edge(RawUpstream upstream, Map<String, String> annotations) {
    return new IngressEdge()
        .service("web", upstream)
        .ingress("web", annotations, IngressEdge.rule("shop.example", "/", "web", "/b", "web"))
        .ingress("free", Map.of(), IngressEdge.rule("free.example", "/", "web"));
  }

  private static String status(RawClient client, String host, String path) throws Exception {
    return client
        .send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
        .response()
        .substring(9, 12);
  }

  /** The burst is five times the rate unless somebody says otherwise. */
  @ParameterizedTest
  @CsvSource({"limit-rpm, 1, , 6", "limit-rpm, 2, 1, 3"})
  @ShowsKeys(annotations = {"limit-rpm", "limit-burst-multiplier"})
  void requestsBeyondTheBurstAreTurnedAway(String key, String value, String times, int pass)
      throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway =
            edge(
                    upstream,
                    times == null
                        ? Map.of(key, value)
                        : Map.of(key, value, "limit-burst-multiplier", times))
                .start();
        RawClient client = gateway.connect();
        RawClient other = gateway.connect("web", ELSEWHERE)) {
      for (int i = 0; i < pass; i++) {
        // Paths of an Ingress share its limit.
        assertThat(status(client, "shop.example", i % 2 == 0 ? "/a" : "/b")).isEqualTo("200");
      }
      assertThat(status(client, "shop.example", "/a")).isEqualTo("503");
      assertThat(status(other, "shop.example", "/a")).isEqualTo("200");
      assertThat(status(client, "free.example", "/a")).isEqualTo("200");
      assertThat(gateway.failures("filter", "client_rate")).isEqualTo(1);
    }
  }

  @Test
  @ShowsKeys(annotations = "limit-rps")
  void requestsOfOneSecondAreBounded() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway =
            edge(upstream, Map.of("limit-rps", "1", "limit-burst-multiplier", "2")).start();
        RawClient client = gateway.connect()) {
      int passed = 0;
      long from = System.nanoTime();
      for (int i = 0; i < 100; i++) {
        passed += status(client, "shop.example", "/a").equals("200") ? 1 : 0;
      }
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - from);

      assertThat((long) passed).isBetween(3L, 4 + seconds);
    }
  }

  @Test
  @ShowsKeys(configMap = "limit-req-status-code")
  void statusIsTheConfigMaps() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway =
            edge(upstream, Map.of("limit-rpm", "1", "limit-burst-multiplier", "1"))
                .configMap("headwater", Map.of("limit-req-status-code", "429"))
                .start();
        RawClient client = gateway.connect()) {
      assertThat(status(client, "shop.example", "/a")).isEqualTo("200");
      assertThat(status(client, "shop.example", "/a")).isEqualTo("200");
      assertThat(status(client, "shop.example", "/a")).isEqualTo("429");
    }
  }

  @ParameterizedTest
  @CsvSource({"limit-allowlist", "limit-whitelist"})
  @ShowsKeys(annotations = {"limit-allowlist", "limit-whitelist"})
  void clientsOfTheListHaveNoLimit(String key) throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway =
            edge(
                    upstream,
                    Map.of("limit-rpm", "1", "limit-burst-multiplier", "1", key, "127.0.0.1/32"))
                .start();
        RawClient client = gateway.connect();
        RawClient other = gateway.connect("web", ELSEWHERE)) {
      for (int i = 0; i < 5; i++) {
        assertThat(status(client, "shop.example", "/a")).isEqualTo("200");
      }
      assertThat(status(other, "shop.example", "/a")).isEqualTo("200");
      assertThat(status(other, "shop.example", "/a")).isEqualTo("200");
      assertThat(status(other, "shop.example", "/a")).isEqualTo("503");
    }
  }

  @Test
  @ShowsKeys(configMap = "limit-conn-status-code", annotations = "limit-connections")
  void requestsInProgressAreBounded_forEachClient() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  for (String head = peer.request(); head != null; head = peer.request()) {
                    if (head.startsWith("GET /slow ")) {
                      held.countDown();
                      release.await(10, TimeUnit.SECONDS);
                    }
                    peer.send(RawUpstream.OK);
                  }
                });
        RunningGateway gateway =
            edge(upstream, Map.of("limit-connections", "1"))
                .configMap("headwater", Map.of("limit-conn-status-code", "429"))
                .start();
        RawClient slow = gateway.connect();
        RawClient second = gateway.connect();
        RawClient other = gateway.connect("web", ELSEWHERE)) {
      slow.send("GET /slow HTTP/1.1\r\nHost: shop.example\r\n\r\n");
      assertThat(held.await(10, TimeUnit.SECONDS)).isTrue();

      assertThat(status(second, "shop.example", "/a")).isEqualTo("429");
      assertThat(status(second, "free.example", "/a")).isEqualTo("200");
      assertThat(status(other, "shop.example", "/a")).isEqualTo("200");

      release.countDown();
      assertThat(slow.response()).startsWith("HTTP/1.1 200 ");
      Await.until("a place", () -> status(second, "shop.example", "/a").equals("200"));
    }
  }

  @Test
  void aClientThatLeavesGivesItsPlaceBack() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  for (String head = peer.request(); head != null; head = peer.request()) {
                    if (head.startsWith("GET /slow ")) {
                      held.countDown();
                      peer.closedByGateway();
                      return;
                    }
                    peer.send(RawUpstream.OK);
                  }
                });
        RunningGateway gateway = edge(upstream, Map.of("limit-connections", "1")).start();
        RawClient slow = gateway.connect();
        RawClient second = gateway.connect()) {
      slow.send("GET /slow HTTP/1.1\r\nHost: shop.example\r\n\r\n");
      assertThat(held.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(status(second, "shop.example", "/a")).isEqualTo("503");

      slow.reset();
      Await.until("a place", () -> status(second, "shop.example", "/a").equals("200"));
    }
  }
}
