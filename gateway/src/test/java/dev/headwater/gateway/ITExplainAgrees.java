package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.RequestStream.Asked;
import dev.headwater.gateway.cli.Launch;
import dev.headwater.gateway.config.ConfigReader;
import dev.headwater.gateway.config.ConfigReading;
import dev.headwater.gateway.config.ConfigSource;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code explain} says of 1,000 requests, beside what became of them: decision, rule, reason
 * and rate by the access log and the spans in the store, headers as the upstream got them. Ids of
 * the real traces are given to {@code explain}; no cap is set. Content-Length is left out: it comes
 * of the body, of which {@code explain} is told nothing.
 */
@Timeout(120)
class ITExplainAgrees {
  private static final int REQUESTS = 1_000;
  private static final long SEED = 20261121;

  private static final String CONFIGURATION =
      """
      listeners:
        - name: edge
          address: "127.0.0.1:%1$d"
          forwarded: {trusted: [127.0.0.0/8]}
          trace: {mode: restart, trusted: [127.0.0.0/8, 192.0.2.0/24]}
        - name: open
          address: "127.0.0.1:%2$d"
          trace: {mode: continue-ids}
        - name: closed
          address: "127.0.0.1:%3$d"
      upstreams:
        - {name: voting, endpoints: ["http://127.0.0.1:%4$d"]}
        - {name: both, inject: [b3-single, tracecontext], parentId: true, endpoints: ["http://127.0.0.1:%4$d"]}
      routes:
        - name: direct
          match: {path: {exact: /direct}}
          filters: [{respond: {body: ok}}]
        - name: votes
          match: {hosts: [vote.example.com]}
          to: [{upstream: voting}]
        - name: shop
          match: {hosts: [shop.example.com]}
          sampling: {rate: 0.3}
          filters: [{requestHeaders: {set: {x-edge: headwater}, remove: [x-plan]}}]
          to: [{upstream: voting}]
        - name: ops
          match: {hosts: [ops.example.com]}
          trace: {mode: continue-ids, trusted: [127.0.0.0/8, 203.0.113.0/24]}
          to: [{upstream: voting}]
        - name: both
          match: {hosts: [both.example.com]}
          to: [{upstream: both}]
      tracing:
        propagation: {formerIds: x-former-ids}
        requestId: {envoyReason: true}
        sampling:
          rate: 0.5
          rules:
            - {name: gold, match: {headers: [{name: x-plan, exact: gold}]}, always: true}
            - {name: leads, match: {headers: [{name: x-plan, regex: "lead-[0-9]+"}]}, rate: 0.75}
            - {name: lists, match: {route: votes, methods: [GET], path: {prefix: /api/list}}, rate: 0.25}
            - {name: insiders, match: {networks: [192.0.2.0/24], methods: [POST]}, rate: 0.9}
            - {name: purges, match: {methods: [PURGE]}, never: true}
            - {name: orders, match: {path: {template: "/orders/{id}/items"}}, rate: 0.1}
          force: {networks: [127.0.0.0/8, 192.0.2.0/24], keyFile: force.key, perSecond: 1000000}
        store: {maxSpans: 100000}
        responseHeader: x-trace-id
      accessLog: {to: access.log}
      admin: {address: "127.0.0.1:0"}
      """;

  @TempDir Path folder;
  private RawUpstream upstream;
  private dev.headwater.gateway.cli.RunningGateway gateway;
  private final int[] ports = new int[3];

  /**
   * What became of a request.
   *
   * @param line of the access log
   * @param headers as the upstream got them, null when it got none
   */
  private record Real(JsonObject line, Map<String, String> headers) {}

  @BeforeEach
  void start() throws Exception {
    upstream = RawUpstream.answering(RawUpstream.OK);
    for (int i = 0; i < ports.length; i++) {
      ports[i] = freePort();
    }
    Files.writeString(folder.resolve("force.key"), RequestStream.KEY);
    Path main =
        Files.writeString(
            folder.resolve("edge.yaml"),
            CONFIGURATION.formatted(ports[0], ports[1], ports[2], upstream.port()));
    ConfigReader reader =
        new ConfigReader(ConfigSource.file(main), Map.of(), List.of(), Clock.systemUTC());
    ConfigReading first = reader.read();
    assertThat(first.loaded().problems()).isEmpty();
    gateway =
        GatewayProcess.start(
            new Launch(
                "test",
                reader,
                first,
                first.loaded().configuration().orElseThrow(),
                changed -> {}));
  }

  @AfterEach
  void stop() throws Exception {
    gateway.stop();
    upstream.close();
  }

  @Test
  void everyRequestComesOutAsExplained() throws Exception {
    RequestStream stream = new RequestStream(SEED);
    List<Asked> asked = new ArrayList<>();
    List<Integer> to = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      asked.add(stream.next(i));
      to.add(ports[i % 5 < 3 ? 0 : i % 5 - 2]);
    }
    Map<String, String> ids = new HashMap<>();
    send(asked, to, ids);
    List<Real> real = outcomes();

    List<String> differences = new ArrayList<>();
    Map<String, Integer> reasons = new TreeMap<>();
    int byChance = 0;
    RawClient admin = new RawClient(new Socket("127.0.0.1", gateway.admin().port()));
    for (int i = 0; i < REQUESTS; i++) {
      JsonObject explained = explain(admin, asked.get(i), to.get(i), ids.get("" + i));
      List<String> found = differences(explained, real.get(i));
      if (!found.isEmpty()) {
        differences.add(asked.get(i).head() + found + "\n" + explained.encodePrettily());
      }
      JsonObject sampling = explained.getJsonObject("sampling");
      reasons.merge(sampling.getString("reason"), 1, Integer::sum);
      byChance += sampling.containsKey("sampled") ? 0 : 1;
    }
    admin.close();
    System.out.printf(
        "explain: %d of %d agree; by reason %s; %d left to chance (ids of strangers continued)%n",
        REQUESTS - differences.size(), REQUESTS, reasons, byChance);
    assertThat(differences).isEmpty();
    assertThat(reasons).containsKeys("default", "rule", "never", "inherited", "debug", "forced");
    assertThat(byChance).isLessThan(REQUESTS / 10);
    assertStoreHasWhatWasSampled(real);
  }

  /** One after the other; each listener's over one connection. */
  private void send(List<Asked> asked, List<Integer> to, Map<String, String> ids)
      throws IOException {
    Map<Integer, RawClient> clients = new HashMap<>();
    try {
      for (int port : ports) {
        clients.put(port, new RawClient(new Socket("127.0.0.1", port)));
      }
      for (int i = 0; i < asked.size(); i++) {
        String answer = clients.get(to.get(i)).send(asked.get(i).head()).response();
        ids.put("" + i, answer.replaceAll("(?s).*\r\nx-trace-id: ([0-9a-f]+)\r\n.*", "$1"));
      }
    } finally {
      for (RawClient client : clients.values()) {
        client.close();
      }
    }
  }

  private List<Real> outcomes() throws Exception {
    Map<String, Map<String, String>> sent = new HashMap<>();
    while (upstream.waiting() > 0) {
      Map<String, String> headers = headers(upstream.request());
      sent.put(headers.get("X-Number"), headers);
    }
    Path log = folder.resolve("access.log");
    Await.until(
        "a line for each request",
        Duration.ofSeconds(20),
        () -> Files.readAllLines(log).size() == REQUESTS);
    List<Real> outcomes = new ArrayList<>();
    // Written in the order of their ends, and none began before the one in front had ended.
    for (String line : Files.readAllLines(log)) {
      outcomes.add(new Real(new JsonObject(line), sent.get("" + outcomes.size())));
    }
    return outcomes;
  }

  private static Map<String, String> headers(String head) {
    Map<String, String> headers = new LinkedHashMap<>();
    String[] lines = head.split("\r\n");
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      if (lines[i].startsWith("Content-Length:")) {
        continue;
      }
      headers.merge(
          lines[i].substring(0, colon),
          lines[i].substring(colon + 1).strip(),
          (one, other) -> one + ", " + other);
    }
    return headers;
  }

  private static JsonObject explain(RawClient admin, Asked asked, int port, String traceId)
      throws IOException {
    StringBuilder query = new StringBuilder("/explain?from=127.0.0.1");
    parameter(query, "url", "http://127.0.0.1:" + port + asked.target());
    parameter(query, "method", asked.method());
    parameter(query, "trace-id", traceId);
    parameter(query, "header", "Host: " + asked.host());
    asked.fields().forEach(field -> parameter(query, "header", field));
    String answer = admin.send("GET " + query + " HTTP/1.1\r\nHost: localhost\r\n\r\n").response();
    assertThat(answer).startsWith("HTTP/1.1 200");
    return new JsonObject(answer.substring(answer.indexOf("\r\n\r\n") + 4));
  }

  private static void parameter(StringBuilder query, String name, String value) {
    query.append('&').append(name).append('=');
    query.append(URLEncoder.encode(value, StandardCharsets.UTF_8));
  }

  private static List<String> differences(JsonObject explained, Real real) {
    List<String> found = new ArrayList<>();
    JsonObject sampling = explained.getJsonObject("sampling");
    JsonObject line = real.line();
    differ(found, "route", explained.getString("route", "-"), line.getString("route", "-"));
    if (sampling.containsKey("sampled")) {
      differ(found, "sampled", sampling.getBoolean("sampled"), line.getBoolean("sampled"));
    }
    differ(found, "rule", sampling.getString("rule"), line.getString("rule"));
    differ(found, "reason", sampling.getString("reason"), line.getString("decision"));
    differ(found, "rate", sampling.getDouble("rate"), line.getDouble("rate"));
    Map<String, String> sent = real.headers() == null ? Map.of() : real.headers();
    JsonObject expected = explained.getJsonObject("upstreamHeaders");
    differ(found, "header names", expected.fieldNames(), sent.keySet());
    Map<String, String> named = new HashMap<>();
    expected.forEach(
        header -> {
          String value = sent.get(header.getKey());
          if (value != null && !isSame((String) header.getValue(), value, line, named)) {
            found.add(header.getKey() + ": " + header.getValue() + " and really " + value);
          }
        });
    return found;
  }

  private static void differ(List<String> found, String what, Object explained, Object real) {
    if (!java.util.Objects.equals(explained, real)) {
      found.add(what + ": " + explained + " and really " + real);
    }
  }

  /** Whether a value is as explained, an id that did not exist yet the same wherever it stands. */
  private static boolean isSame(
      String explained, String real, JsonObject line, Map<String, String> named) {
    if (explained.contains(" or ")) {
      String[] both = explained.split(" or ");
      return isSame(both[line.getBoolean("sampled") ? 0 : 1], real, line, named);
    }
    named.put("<parent id>", line.getString("span_id"));
    StringBuilder pattern = new StringBuilder();
    Matcher placeholders = Pattern.compile("<[a-z0-9 ]+>").matcher(explained);
    List<String> names = new ArrayList<>();
    int end = 0;
    while (placeholders.find()) {
      pattern.append(Pattern.quote(explained.substring(end, placeholders.start())));
      String name = placeholders.group();
      names.add(name);
      String shape =
          name.equals("<request id>")
              ? "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
              : "[0-9a-f]{16}";
      pattern.append('(').append(shape).append(')');
      end = placeholders.end();
    }
    pattern.append(Pattern.quote(explained.substring(end)));
    Matcher match = Pattern.compile(pattern.toString()).matcher(real);
    if (!match.matches()) {
      return false;
    }
    for (int i = 0; i < names.size(); i++) {
      String id = match.group(i + 1);
      if (!id.equals(named.computeIfAbsent(names.get(i), name -> id))) {
        return false;
      }
    }
    return true;
  }

  private void assertStoreHasWhatWasSampled(List<Real> real) throws Exception {
    List<JsonObject> sampled =
        real.stream().map(Real::line).filter(line -> line.getBoolean("sampled")).toList();
    Map<String, JsonObject> roots = new HashMap<>();
    Await.until(
        "the spans of " + sampled.size() + " requests",
        Duration.ofSeconds(20),
        () -> {
          roots.clear();
          servers().forEach(span -> roots.put(span.getString("id"), span));
          return roots.size() >= sampled.size();
        });
    assertThat(roots).hasSize(sampled.size());
    for (JsonObject line : sampled) {
      JsonObject tags = roots.get(line.getString("span_id")).getJsonObject("tags");
      assertThat(tags.getString("sampling.rule")).isEqualTo(line.getString("rule"));
      assertThat(tags.getString("sampling.reason")).isEqualTo(line.getString("decision"));
    }
  }

  private List<JsonObject> servers() throws IOException {
    try (RawClient client = new RawClient(new Socket("127.0.0.1", gateway.admin().port()))) {
      client.send(
          "GET /zipkin/api/v2/traces?limit=1000 HTTP/1.1\r\n"
              + "Host: localhost\r\nConnection: close\r\nAccept-Encoding: identity\r\n\r\n");
      String answer = client.rest();
      assertThat(answer).startsWith("HTTP/1.1 200");
      String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
      return new JsonArray(body.substring(body.indexOf('['), body.lastIndexOf(']') + 1))
          .stream()
              .flatMap(trace -> ((JsonArray) trace).stream())
              .map(JsonObject.class::cast)
              .filter(span -> "SERVER".equals(span.getString("kind")))
              .toList();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
