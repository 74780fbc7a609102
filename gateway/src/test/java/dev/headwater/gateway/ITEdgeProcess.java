package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.headwater.gateway.fault.Dial;
import dev.headwater.gateway.fault.Ending;
import dev.headwater.gateway.fault.Http2Client;
import dev.headwater.gateway.fault.Http2Frame;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens to processes: killed, suspended, asked for what is none of a client's business. */
@Timeout(180)
class ITEdgeProcess {
  private static final String GET = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";

  @TempDir Path folder;

  private Duration startup;

  /** Starts one, and notes how long it took. */
  private EdgeProcess edge(String first, int port, String listener, String rest) throws Exception {
    long from = System.nanoTime();
    EdgeProcess edge = new EdgeProcess(folder, first, port, listener, rest);
    startup = Duration.ofNanos(System.nanoTime() - from);
    return edge;
  }

  /** Killed with spans on disk: it starts as if nothing had been, and loses none of them. */
  @Test
  @FaultRow("L6")
  void killed_servesAgainAtOnce_andKeepsWhatItSpooled() throws Exception {
    int port = ITBrokenUpstream.unused();
    int collector = ITBrokenUpstream.unused();
    String configuration =
        """
        routes: [{name: all, filters: [{respond: {status: 200, body: ok}}]}]
        tracing:
          responseHeader: x-trace-id
          report:
            - {zipkin: "http://127.0.0.1:%d", encoding: json, spool: {directory: spool}}
        """
            .formatted(collector);
    List<String> traces = new ArrayList<>();
    Duration first;
    try (EdgeProcess edge = edge("", port, "", configuration)) {
      first = startup;
      for (int i = 0; i < 20; i++) {
        traces.add(traceOf(port));
      }
      Await.until("the spans are on disk", () -> spooled(traces));
      assertThat(edge.alive()).isTrue();
    }
    StringBuilder reported = new StringBuilder();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), collector), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          synchronized (reported) {
            reported.append(new String(body, StandardCharsets.UTF_8));
          }
          exchange.sendResponseHeaders(202, -1);
          exchange.close();
        });
    server.start();
    try (EdgeProcess edge = edge("", port, "", configuration)) {
      // What a start takes on this machine, at this hour, is what the first one took.
      Duration limit = Duration.ofSeconds(3).plus(first.multipliedBy(2));
      assertThat(startup).isLessThan(limit);
      traces.add(traceOf(port));
      Await.until(
          "every trace is reported",
          Duration.ofSeconds(60),
          () -> {
            synchronized (reported) {
              return traces.stream().allMatch(trace -> reported.indexOf(trace) >= 0);
            }
          });
      assertThat(edge.log()).doesNotContain("in use").doesNotContain("Exception");
    } finally {
      server.stop(0);
    }
  }

  private static String traceOf(int port) throws Exception {
    try (RawClient client = RawClient.to(port)) {
      client.send(GET);
      var answer = client.answer();
      assertThat(answer.status()).isEqualTo(200);
      return answer.all("x-trace-id").get(0);
    }
  }

  private boolean spooled(List<String> traces) throws IOException {
    StringBuilder all = new StringBuilder();
    if (!Files.isDirectory(folder.resolve("spool"))) {
      return false;
    }
    try (Stream<Path> files = Files.walk(folder.resolve("spool"))) {
      for (Path each : files.filter(Files::isRegularFile).toList()) {
        all.append(new String(Files.readAllBytes(each), StandardCharsets.ISO_8859_1));
      }
    }
    return traces.stream().allMatch(trace -> all.indexOf(trace) >= 0);
  }

  /**
   * Suspended for longer than every limit: nobody was silent who was not before, whether he spoke
   * meanwhile or speaks then; and timers go on.
   */
  @Test
  @FaultRow("L8")
  void suspended_closesNobodyForIt_andTimersGoOn() throws Exception {
    Duration pause = Duration.ofSeconds(Long.getLong("headwater.suspend.seconds", 6));
    Duration limit = pause.minusSeconds(1);
    int port = ITBrokenUpstream.unused();
    CountDownLatch answer = new CountDownLatch(1);
    try (RawUpstream upstream =
        new RawUpstream(
            peer -> {
              for (String head = peer.request(); head != null; head = peer.request()) {
                if (head.startsWith("GET /slow ")) {
                  answer.await();
                } else if (head.startsWith("PUT ")) {
                  peer.read(4);
                }
                peer.send(RawUpstream.OK);
              }
            })) {
      String seconds = limit.toSeconds() + "s";
      String limits = ", limits: {idle: %s, headTimeout: %s}".formatted(seconds, seconds);
      String configuration =
          """
          upstreams: [{name: app, endpoints: ["http://127.0.0.1:%d"], pool: {idle: %s}}]
          routes: [{name: all, to: [{upstream: app}], timeouts: {response: %s, idle: %s}}]
          """
              .formatted(upstream.port(), seconds, seconds, seconds);
      List<RawClient> idle = new ArrayList<>();
      List<Http2Client> framed = new ArrayList<>();
      try (EdgeProcess edge = edge("", port, limits, configuration);
          RawClient waiting = RawClient.to(port);
          RawClient inHead = RawClient.to(port);
          RawClient inBody = RawClient.to(port)) {
        for (int i = 0; i < 20; i++) {
          idle.add(RawClient.to(port));
        }
        for (RawClient client : idle) {
          client.send(GET);
          assertThat(client.answer().status()).isEqualTo(200);
        }
        for (int i = 0; i < 5; i++) {
          framed.add(Http2Client.over(Dial.tcp(port)).begin());
          assertThat(framed.get(i).answer(framed.get(i).request("GET", "/a")).status())
              .isEqualTo(200);
        }
        upstream.forget();
        waiting.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
        inBody.send("PUT /b HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab");
        inHead.send("GET /c HTTP/1.1\r\nHo");
        upstream.request();
        upstream.request();

        edge.signal("STOP");
        long from = System.nanoTime();
        for (RawClient client : idle.subList(0, 10)) {
          client.send(GET);
        }
        Await.until(
            "the pause is over",
            pause.multipliedBy(10),
            () -> System.nanoTime() - from > pause.toNanos());
        edge.signal("CONT");
        for (RawClient client : idle.subList(10, 20)) {
          client.send(GET);
        }
        inHead.send("st: a\r\n\r\n");
        inBody.send("cd");
        answer.countDown();

        for (Http2Client client : framed) {
          assertThat(client.answer(client.request("GET", "/a")).status()).isEqualTo(200);
        }
        for (RawClient client : idle) {
          assertThat(client.answer().status()).isEqualTo(200);
        }
        assertThat(inHead.answer().status()).isEqualTo(200);
        assertThat(inBody.answer().status()).isEqualTo(200);
        assertThat(waiting.answer().status()).isEqualTo(200);

        for (Http2Client client : framed) {
          client.await("GOAWAY", frame -> frame.type() == Http2Frame.GOAWAY);
        }
        for (RawClient client : idle) {
          assertThat(client.ending(limit.multipliedBy(10))).isEqualTo(Ending.CLOSED);
        }
        assertThat(edge.log()).doesNotContain("Exception");
      } finally {
        for (RawClient client : idle) {
          client.close();
        }
        for (Http2Client client : framed) {
          client.close();
        }
      }
    }
  }

  /** The admin address is nowhere on the edge, and no secret is anywhere. */
  @Test
  @FaultRow("L9")
  void adminStaysInside_andSecretsStaySecret() throws Exception {
    int port = ITBrokenUpstream.unused();
    List<String> secrets = new ArrayList<>();
    for (String name : List.of("token", "bearer", "force", "password")) {
      secrets.add(name + "-5ecre7-" + "x".repeat(20));
      Files.writeString(folder.resolve(name + ".txt"), secrets.get(secrets.size() - 1));
    }
    secrets.addAll(List.of("api-key-5ecre7", "basic-5ecre7", "upstream-5ecre7", "answer-5ecre7"));
    secrets.addAll(List.of("clients-5ecre7", "query-5ecre7"));
    String configuration =
        """
        log: {level: debug}
        accessLog: {to: stdout, format: json}
        upstreams: [{name: app, endpoints: ["http://127.0.0.1:%d"]}]
        routes:
          - name: own
            match: {path: {prefix: /own}}
            filters:
              - respond: {status: 200, body: ok, headers: {set-cookie: answer-5ecre7}}
          - name: app
            match: {path: {prefix: /app}}
            filters: [{requestHeaders: {set: {authorization: Bearer upstream-5ecre7}}}]
            to: [{upstream: app}]
        tracing:
          sampling: {rate: 1, force: {header: x-force, keyFile: force.txt}}
          store: {}
          report:
            - zipkin: "http://127.0.0.1:%d"
              name: a
              bearerFile: bearer.txt
              headers: {x-api-key: api-key-5ecre7, authorization-extra: basic-5ecre7}
            - zipkin: "http://127.0.0.1:%d"
              name: b
              basic: {user: me, passwordFile: password.txt}
        """
            .formatted(
                ITBrokenUpstream.unused(), ITBrokenUpstream.unused(), ITBrokenUpstream.unused());
    String token = "export HEADWATER_ADMIN_TOKEN_FILE=" + folder.resolve("token.txt") + ";";
    try (EdgeProcess edge = edge(token, port, "", configuration)) {
      int admin = edge.admin();
      String[] pages = {
        "/",
        "/config",
        "/routes",
        "/sampling",
        "/version",
        "/metrics",
        "/metrics.json",
        "/topology",
        "/healthz",
        "/readyz",
        "/zipkin/",
        "/zipkin/api/v2/services",
        "/explain?url=http://a/app",
        "/api/v2/spans",
      };
      for (String page : pages) {
        notOnTheEdge(port, admin, page);
      }
      for (String path : List.of("/own?token=query-5ecre7", "/app?token=query-5ecre7", "/x%2f")) {
        exchange(
            port,
            "GET "
                + path
                + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Force: clients-5ecre7\r\n"
                + "Authorization: Bearer clients-5ecre7\r\nCookie: a=clients-5ecre7\r\n\r\n");
      }
      StringBuilder shown = new StringBuilder();
      for (String page : pages) {
        String answer =
            exchange(
                admin,
                "GET "
                    + page
                    + " HTTP/1.1\r\nHost: 127.0.0.1:"
                    + admin
                    + "\r\nConnection: close\r\n\r\n");
        assertThat(answer).as(page).startsWith("HTTP/1.1 ");
        shown.append(answer);
      }
      assertThat(shown).contains("headwater_requests_total").contains("bearer.txt");
      shown.append(
          exchange(
              admin,
              "GET /zipkin/api/v2/traces HTTP/1.1\r\nHost: 127.0.0.1:"
                  + admin
                  + "\r\nConnection: close\r\n\r\n"));
      Await.until("the access log is written", () -> edge.log().contains("/app"));
      for (String secret : secrets) {
        assertThat(shown.toString()).doesNotContain(secret);
        assertThat(edge.log()).doesNotContain(secret);
      }
      String printed = printed(edge.file());
      assertThat(printed).contains("bearer.txt");
      secrets.forEach(secret -> assertThat(printed).doesNotContain(secret));
    }
  }

  /** Whatever the request is made up as, the edge answers like an edge without such a route. */
  private static void notOnTheEdge(int port, int admin, String page) throws Exception {
    String inside = "127.0.0.1:" + admin;
    for (String head :
        List.of(
            page + " HTTP/1.1\r\nHost: " + inside,
            page + " HTTP/1.1\r\nHost: localhost:" + admin,
            page + " HTTP/1.1\r\nHost: 127.0.0.1:" + port,
            page
                + " HTTP/1.1\r\nHost: a\r\nX-Forwarded-Host: "
                + inside
                + "\r\nX-Original-URL: "
                + page,
            "http://" + inside + page + " HTTP/1.1\r\nHost: a",
            "http://" + inside + page + " HTTP/1.1\r\nHost: " + inside,
            "https://localhost:" + admin + page + " HTTP/1.1\r\nHost: a",
            "//" + inside + page + " HTTP/1.1\r\nHost: a",
            "/own/.." + page + " HTTP/1.1\r\nHost: " + inside,
            "/own/..;" + page + " HTTP/1.1\r\nHost: " + inside,
            inside + " HTTP/1.1\r\nHost: " + inside)) {
      for (String method : List.of("GET", "POST", "PUT", "CONNECT")) {
        String answer =
            exchange(
                port,
                method
                    + " "
                    + head
                    + "\r\nConnection: close\r\nContent-Length: 0\r\n"
                    + "Authorization: Bearer token-5ecre7-xxxxxxxxxxxxxxxxxxxx\r\n\r\n");
        assertThat(answer).as("%s %s", method, head).matches("(?s)HTTP/1\\.1 (400|404|405) .*");
        assertThat(answer).as("%s %s", method, head).contains("reason: ");
      }
    }
  }

  private static String exchange(int port, String request) throws Exception {
    try (RawClient client = RawClient.to(port)) {
      client.send(request);
      return client.rest();
    }
  }

  private static String printed(Path configuration) throws Exception {
    Process print =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "config",
                "print",
                "-c",
                configuration.toString())
            .redirectErrorStream(true)
            .start();
    return new String(print.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
