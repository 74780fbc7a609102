package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headwater.gateway.fault.Dial;
import dev.headwater.gateway.fault.Http2Client;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Keys of ingress-nginx about who may come, where requests go, and what is told of them, through
 * real requests, beyond those of {@link ITNginxKeys}.
 */
class ITNginxRouting {
  private static final String GET = get("");

  private static String get(String fields) {
    return "GET /cart HTTP/1.1\r\nHost: shop.example\r\n" + fields + "\r\n";
  }

  private static String value(String head, String name) {
    return head.lines()
        .filter(line -> line.regionMatches(true, 0, name + ": ", 0, name.length() + 2))
        .map(line -> line.substring(name.length() + 2))
        .findFirst()
        .orElse("");
  }

  private static RunningGateway start(NginxEdge edge) {
    return RunningGateway.of(edge.build(), Clock.systemUTC());
  }

  private static NginxEdge with(NginxEdge edge, String where, String key, Object value) {
    return where.equals("configMap") ? edge.key(key, value) : edge.annotation(key, value);
  }

  private static String answer(NginxEdge edge, String request) throws Exception {
    try (RunningGateway gateway = start(edge);
        RawClient client = gateway.connect()) {
      return client.send(request).response();
    }
  }

  private static String seen(NginxEdge edge, RawUpstream upstream, String request)
      throws Exception {
    assertThat(answer(edge, request)).startsWith("HTTP/1.1 200 ");
    return upstream.request();
  }

  private static String named(String name) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + name.length() + "\r\n\r\n" + name;
  }

  /** The difference: the chain that a believed proxy tells is kept whatever the key says. */
  @ShowsKeys(configMap = {"compute-full-forwarded-for"})
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void chainOfABelievedProxyGoesOn(boolean full) throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      NginxEdge edge =
          NginxEdge.to(upstream.port())
              .key("use-forwarded-headers", true)
              .key("compute-full-forwarded-for", full);
      String seen = seen(edge, upstream, get("X-Forwarded-For: 192.0.2.9, 192.0.2.8\r\n"));

      assertThat(value(seen, "X-Forwarded-For")).isEqualTo("192.0.2.9, 192.0.2.8, 127.0.0.1");
    }
  }

  /** The difference: a stranger's id is not taken over. */
  @ShowsKeys(configMap = {"generate-request-id"})
  @Test
  void requestsHaveAnId_whichIsNoStrangers() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      NginxEdge edge = NginxEdge.to(upstream.port()).key("generate-request-id", true);
      String fresh = value(seen(edge, upstream, GET), "X-Request-ID");
      String told = seen(edge, upstream, get("X-Request-ID: mine\r\n"));

      assertThat(fresh).isNotEmpty();
      assertThat(value(told, "X-Request-ID")).isNotEmpty().isNotEqualTo("mine").isNotEqualTo(fresh);
      assertThat(value(told, "X-Client-Request-Id")).isEqualTo("mine");
    }
  }

  @ShowsKeys(
      configMap = {"whitelist-source-range", "denylist-source-range", "block-cidrs"},
      annotations = {"whitelist-source-range", "allowlist-source-range", "denylist-source-range"})
  @ParameterizedTest
  @CsvSource({
    "configMap, whitelist-source-range, 10.0.0.0/8, 403",
    "configMap, whitelist-source-range, '10.0.0.0/8,127.0.0.0/8', 200",
    "configMap, denylist-source-range, 127.0.0.0/8, 403",
    "configMap, denylist-source-range, 10.0.0.0/8, 200",
    "configMap, block-cidrs, 127.0.0.1, 403",
    "configMap, block-cidrs, 10.0.0.0/8, 200",
    "annotation, whitelist-source-range, 10.0.0.0/8, 403",
    "annotation, allowlist-source-range, 10.0.0.0/8, 403",
    "annotation, allowlist-source-range, 127.0.0.0/8, 200",
    "annotation, denylist-source-range, 127.0.0.1, 403",
  })
  void clientsAreTurnedAwayByTheirAddress(String where, String key, String networks, int status)
      throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      NginxEdge edge = with(NginxEdge.to(upstream.port()), where, key, networks);

      assertThat(answer(edge, GET)).startsWith("HTTP/1.1 " + status + " ");
    }
  }

  /** As there: an Ingress's list takes the place of the ConfigMap's, and blocked ones stay so. */
  @Test
  void anIngressOverridesLists_butNotWhoIsBlocked() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      NginxEdge edge =
          NginxEdge.to(upstream.port())
              .key("whitelist-source-range", "10.0.0.0/8")
              .annotation("whitelist-source-range", "127.0.0.0/8");

      assertThat(answer(edge, GET)).startsWith("HTTP/1.1 200 ");
      assertThat(answer(edge.key("block-cidrs", "127.0.0.0/8"), GET)).startsWith("HTTP/1.1 403 ");
    }
  }

  @ShowsKeys(annotations = {"permanent-redirect-code", "temporal-redirect-code"})
  @ParameterizedTest
  @CsvSource({"permanent-redirect, 308", "temporal-redirect, 307"})
  void statusOfARedirectIsTheIngresses(String redirect, int status) throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      NginxEdge edge =
          NginxEdge.to(upstream.port())
              .annotation(redirect, "https://new.example/")
              .annotation(redirect + "-code", status);
      String answer = answer(edge, GET);

      assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
      assertThat(value(answer, "Location")).isEqualTo("https://new.example/");
    }
  }

  @ShowsKeys(
      annotations = {
        "enable-cors",
        "cors-allow-methods",
        "cors-allow-headers",
        "cors-allow-credentials",
        "cors-expose-headers",
        "cors-max-age"
      })
  @Test
  void browsersAreToldWhatTheIngressSays() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      NginxEdge edge =
          NginxEdge.to(upstream.port())
              .annotation("enable-cors", true)
              .annotation("cors-allow-methods", "GET, PATCH")
              .annotation("cors-allow-headers", "X-One, X-Two")
              .annotation("cors-allow-credentials", false)
              .annotation("cors-expose-headers", "X-Three")
              .annotation("cors-max-age", 7);
      String origin = "Origin: https://app.example.com\r\n";
      String preflight = answer(edge, get(origin).replace("GET", "OPTIONS"));
      String usual =
          answer(
              NginxEdge.to(upstream.port()).annotation("enable-cors", true),
              get(origin).replace("GET", "OPTIONS"));

      assertThat(preflight).startsWith("HTTP/1.1 204 ");
      assertThat(value(preflight, "Access-Control-Allow-Methods")).isEqualTo("GET, PATCH");
      assertThat(value(preflight, "Access-Control-Allow-Headers")).isEqualTo("X-One, X-Two");
      assertThat(value(preflight, "Access-Control-Allow-Credentials")).isEmpty();
      assertThat(value(preflight, "Access-Control-Max-Age")).isEqualTo("7");
      assertThat(value(answer(edge, get(origin)), "Access-Control-Expose-Headers"))
          .isEqualTo("X-Three");
      assertThat(value(usual, "Access-Control-Allow-Credentials")).isEqualTo("true");
      assertThat(value(usual, "Access-Control-Max-Age")).isEqualTo("1728000");
    }
  }

  /** As documented, ewma goes where little is to do; round_robin goes on in turn. */
  @ShowsKeys(
      configMap = {"load-balance"},
      annotations = {"load-balance"})
  @ParameterizedTest
  @CsvSource({
    "configMap, ewma, 1",
    "annotation, ewma, 1",
    "configMap, round_robin, 2",
    "annotation, round_robin, 2",
  })
  void requestsGoRoundABusyEndpoint_whereTheKeySaysSo(String where, String balance, int asked)
      throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    RawUpstream.Script script =
        peer -> {
          String name = String.valueOf(peer.socket().getLocalPort());
          for (String head = peer.request(); head != null; head = peer.request()) {
            if (head.startsWith("GET /slow ")) {
              held.countDown();
              release.await(10, TimeUnit.SECONDS);
            }
            peer.send(named(name));
          }
        };
    try (RawUpstream a = new RawUpstream(script);
        RawUpstream b = new RawUpstream(script);
        RunningGateway gateway =
            start(with(NginxEdge.to(a.port(), b.port()), where, "load-balance", balance));
        // On one connection, since each loop has its own view of what is in progress.
        Http2Client client = Http2Client.over(Dial.tcp(gateway.port())).begin()) {
      final int slow = client.request("GET", "/slow");
      assertThat(held.await(10, TimeUnit.SECONDS)).isTrue();
      List<String> names = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        names.add(client.answer(client.request("GET", "/cart")).text());
      }
      release.countDown();

      assertThat(names.stream().distinct()).hasSize(asked);
      assertThat(client.answer(slow).status()).isEqualTo(200);
    }
  }

  @ShowsKeys(
      configMap = {"service-upstream"},
      annotations = {"service-upstream"})
  @ParameterizedTest
  @CsvSource({"'', '', pod", "true, '', service", "'', true, service", "true, false, pod"})
  void requestsGoToTheServicesAddress_whereSomebodySaysSo(
      String key, String annotation, String expected) throws Exception {
    try (RawUpstream service = RawUpstream.answering(named("service"));
        RawUpstream pod = RawUpstream.answering(named("pod"));
        RunningGateway gateway =
            new IngressEdge()
                .service("web", service, pod.port())
                .configMap("headwater", written("service-upstream", key))
                .ingress(
                    "web",
                    written("service-upstream", annotation),
                    IngressEdge.rule("shop.example", "/", "web")
                        .replace("number: 80", "number: " + service.port()))
                .start();
        RawClient client = gateway.connect()) {
      assertThat(client.send(GET).response()).endsWith("\r\n\r\n" + expected);
    }
  }

  private static Map<String, String> written(String key, String value) {
    return value.isEmpty() ? Map.of() : Map.of(key, value);
  }

  @ShowsKeys(annotations = {"backend-protocol"})
  @ParameterizedTest
  @CsvSource({
    "HTTP, 474554202f63617274", // GET /cart
    "GRPC, 505249202a20485454502f322e30", // PRI * HTTP/2.0 (RFC 9113, 3.4)
    "HTTPS, 1603", // a handshake record (RFC 8446, 5.1)
    "GRPCS, 1603",
  })
  void backendIsSpokenToAsTheIngressSays(String protocol, String begin) throws Exception {
    CountDownLatch came = new CountDownLatch(1);
    byte[] first = new byte[begin.length() / 2];
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  peer.in().readNBytes(first, 0, first.length);
                  came.countDown();
                });
        RunningGateway gateway =
            start(NginxEdge.to(upstream.port()).annotation("backend-protocol", protocol));
        RawClient client = gateway.connect()) {
      client.send(GET);

      assertThat(came.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(HexFormat.of().formatHex(first)).isEqualTo(begin);
      assertThat(client.response()).startsWith("HTTP/1.1 502 ");
    }
  }

  private static List<String> lines(Path file, Map<String, String> keys, String request)
      throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway =
            new IngressEdge()
                .service("web", upstream)
                .configMap("headwater", keys)
                .ingress("web", Map.of(), IngressEdge.rule("shop.example", "/", "web"))
                .logTo(file)
                .start();
        RawClient client = gateway.connect()) {
      assertThat(client.send(request).response()).startsWith("HTTP/1.1 200 ");
    }
    return Files.exists(file) ? Files.readAllLines(file, StandardCharsets.UTF_8) : List.of();
  }

  @ShowsKeys(configMap = {"disable-access-log"})
  @ParameterizedTest
  @CsvSource({"true, 0", "false, 1"})
  void requestsHaveALine_unlessTheKeySaysNo(boolean disabled, int expected, @TempDir Path folder)
      throws Exception {
    Map<String, String> keys = Map.of("disable-access-log", String.valueOf(disabled));

    assertThat(lines(folder.resolve("log"), keys, GET)).hasSize(expected);
  }

  @ShowsKeys(configMap = {"log-format-upstream", "log-format-escape-json"})
  @ParameterizedTest
  @CsvSource({"true, ''", "false, -"})
  void linesHaveTheFormThatTheKeysGiveThem(boolean json, String absent, @TempDir Path folder)
      throws Exception {
    Map<String, String> keys = new HashMap<>();
    keys.put(
        "log-format-upstream",
        "{\"agent\": \"$http_user_agent\", \"line\": \"$request\", \"status\": $status,"
            + " \"of\": \"$namespace/$ingress_name\", \"referer\": \"$http_referer\"}");
    keys.put("log-format-escape-json", String.valueOf(json));
    List<String> lines = lines(folder.resolve("log"), keys, get("User-Agent: a\"b\\c\r\n"));

    assertThat(lines).hasSize(1);
    JsonNode line = new ObjectMapper().readTree(lines.get(0));
    assertThat(line.get("agent").asText()).isEqualTo("a\"b\\c");
    assertThat(line.get("line").asText()).isEqualTo("GET /cart HTTP/1.1");
    assertThat(line.get("status").asInt()).isEqualTo(200);
    assertThat(line.get("of").asText()).isEqualTo("shop/web");
    assertThat(line.get("referer").asText()).isEqualTo(absent);
  }
}
