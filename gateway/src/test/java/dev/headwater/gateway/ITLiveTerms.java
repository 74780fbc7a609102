package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.cli.Launch;
import dev.headwater.gateway.cli.RunningGateway;
import dev.headwater.gateway.config.ConfigReader;
import dev.headwater.gateway.config.ConfigReading;
import dev.headwater.gateway.config.ConfigSource;
import dev.headwater.gateway.fault.Dial;
import dev.headwater.gateway.fault.Ending;
import dev.headwater.gateway.fault.Http2Client;
import dev.headwater.gateway.fault.Http2Frame;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Terms of a listener, and the access log, follow the configuration without a restart. */
class ITLiveTerms {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String FORWARDED =
      "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 198.51.100.7\r\n\r\n";

  private RawUpstream upstream;
  private RunningGateway gateway;
  private Path file;

  @TempDir Path folder;

  @BeforeEach
  void start() throws Exception {
    upstream = RawUpstream.answering(RawUpstream.OK);
    file = folder.resolve("edge.yaml");
    write("", "");
    ConfigReader reader =
        new ConfigReader(ConfigSource.file(file), Map.of(), List.of(), Clock.systemUTC());
    ConfigReading first = reader.read();
    assertThat(first.loaded().problems()).isEmpty();
    gateway =
        GatewayProcess.start(
            new Launch(
                "test", reader, first, first.loaded().configuration().orElseThrow(), change -> {}));
  }

  @AfterEach
  void stop() throws Exception {
    gateway.stop();
    upstream.close();
  }

  private void write(String terms, String rest) throws IOException {
    Files.writeString(
        file,
        """
        listeners: [{name: web, address: "127.0.0.1:0"%s}]
        upstreams: [{name: one, endpoints: ["http://127.0.0.1:%d"]}]
        routes: [{name: all, to: [{upstream: one}]}]
        admin: {address: "127.0.0.1:0"}
        %s
        """
            .formatted(terms, upstream.port(), rest));
  }

  private void change(String terms, String rest) throws Exception {
    write(terms, rest);
    gateway.reload();
  }

  private RawClient connect() throws IOException {
    return RawClient.to(gateway.listeners().get("web").port());
  }

  private String page(String path) throws Exception {
    URI url = URI.create("http://" + gateway.admin() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString())
        .body();
  }

  @Test
  void connectionKeepsItsTerms_andIsAskedToClose_theNextStandsOnNewOnes() throws Exception {
    try (RawClient old = connect()) {
      assertThat(old.send(FORWARDED).answer().status()).isEqualTo(200);
      assertThat(upstream.request()).contains("X-Real-IP: 127.0.0.1\r\n");
      change(", forwarded: {trusted: [127.0.0.0/8]}, limits: {fields: 2}", "");

      var answer = old.send(FORWARDED.replace("Host", "A: b\r\nHost")).answer();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.all("connection")).containsExactly("close");
      assertThat(upstream.request()).contains("X-Real-IP: 127.0.0.1\r\n");
      assertThat(old.ending()).isEqualTo(Ending.CLOSED);
    }
    try (RawClient next = connect()) {
      var answer = next.send(FORWARDED).answer();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.all("connection")).isEmpty();
      assertThat(upstream.request()).contains("X-Real-IP: 198.51.100.7\r\n");
      assertThat(next.send(FORWARDED.replace("Host", "A: b\r\nHost")).answer().status())
          .isEqualTo(431);
    }
  }

  @Test
  void proxyHeadersAreAwaitedOfNewConnections() throws Exception {
    change(", proxyProtocol: {from: [127.0.0.1]}", "");
    try (RawClient client = connect()) {
      client.send("PROXY TCP4 198.51.100.7 127.0.0.1 1 2\r\n").send(GET);
      assertThat(client.answer().status()).isEqualTo(200);
      assertThat(upstream.request()).contains("X-Real-IP: 198.51.100.7\r\n");
    }
  }

  @Test
  void changesElsewhere_closeNothing() throws Exception {
    try (RawClient client = connect()) {
      assertThat(client.send(GET).answer().status()).isEqualTo(200);
      change("", "drain: {timeout: 3s}");
      assertThat(client.send(GET).answer().all("connection")).isEmpty();
    }
  }

  @Test
  void sizeOfBodies_isLive_andClosesNothing() throws Exception {
    String put = "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n123456789";
    int port = gateway.listeners().get("web").port();
    try (RawClient client = connect();
        Http2Client other = Http2Client.over(Dial.tcp(port)).begin()) {
      assertThat(client.send(put).answer().status()).isEqualTo(200);
      assertThat(other.answer(other.request("GET", "/")).status()).isEqualTo(200);
      change(", limits: {body: 20}", "");
      var answer = client.send(put).answer();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.all("connection")).isEmpty();
      change(", limits: {body: 8}", "");
      assertThat(client.send(put).answer().status()).isEqualTo(413);
      // Refused by its head: whether an upstream or the body's ninth byte is faster is open.
      int stream = other.requestWithBody("PUT", "/", "content-length", "9");
      assertThat(other.answer(stream).status()).isEqualTo(413);
      assertThat(other.count(Http2Frame.GOAWAY)).isZero();
    }
  }

  /** Whoever is believed at the new address is not believed at the one that is still served. */
  @Test
  void trustOfAListenerThatMoves_waitsForItsNewAddress() throws Exception {
    Files.writeString(
        file,
        Files.readString(file)
            .replace(
                "address: \"127.0.0.1:0\"}]",
                "address: \"127.0.0.1:1\", forwarded: {trusted: [127.0.0.0/8]}}]"));
    gateway.reload();
    try (RawClient client = connect()) {
      assertThat(client.send(FORWARDED).answer().status()).isEqualTo(200);
      assertThat(upstream.request()).contains("X-Real-IP: 127.0.0.1\r\n");
    }
  }

  @Test
  void clientOverHttp2_isToldToGoAway() throws Exception {
    int port = gateway.listeners().get("web").port();
    try (Http2Client client = Http2Client.over(Dial.tcp(port)).begin()) {
      assertThat(client.answer(client.request("GET", "/")).status()).isEqualTo(200);
      assertThat(client.count(Http2Frame.GOAWAY)).isZero();
      change(", limits: {fields: 50}", "");
      client.await("GOAWAY", frame -> frame.type() == Http2Frame.GOAWAY);
      assertThat(client.ending()).isEqualTo(Ending.CLOSED);
    }
  }

  @Test
  void everyLineOfTheAccessLogIsWritten_whereverItGoes() throws Exception {
    Path one = folder.resolve("one.log");
    Path other = folder.resolve("other.log");
    List<String> sent = new ArrayList<>();
    try (RawClient client = connect()) {
      for (int i = 0; i < 400; i++) {
        if (i % 40 == 20) {
          Path to = i % 80 == 20 ? one : other;
          change("", "accessLog: {to: \"" + to + "\", format: json}");
        }
        assertThat(client.send(GET.replace("/ ", "/" + i + " ")).answer().status()).isEqualTo(200);
        if (i >= 20) {
          sent.add("/" + i);
        }
      }
    }
    // An exchange ends a moment after its client has the answer: so may the last one's line, and
    // that of the last request before there was a log.
    Await.until("the last line", () -> Files.readString(other).contains("/399"));
    change("", "");
    List<String> logged = new ArrayList<>();
    for (Path log : List.of(one, other)) {
      for (String line : Files.readAllLines(log)) {
        logged.add(new JsonObject(line).getString("path"));
      }
    }
    logged.remove("/19");
    assertThat(logged).containsExactlyInAnyOrderElementsOf(sent);
    assertThat(page("/metrics")).contains("headwater_access_log_lines_dropped_total 0");
  }

  @Test
  void logThatCannotBeOpened_leavesTheFormerAtWork() throws Exception {
    Path log = folder.resolve("access.log");
    change("", "accessLog: {to: \"" + log + "\", format: json}");
    change("", "accessLog: {to: \"" + folder.resolve("missing/access.log") + "\"}");
    try (RawClient client = connect()) {
      assertThat(client.send(GET).answer().status()).isEqualTo(200);
    }
    Await.until("its line", () -> Files.readString(log).contains("\"status\":200"));
  }
}
