package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.headwater.gateway.cli.Launch;
import dev.headwater.gateway.cli.RunningGateway;
import dev.headwater.gateway.config.ConfigReader;
import dev.headwater.gateway.config.ConfigReading;
import dev.headwater.gateway.config.ConfigSource;
import dev.headwater.gateway.demo.DemoApplication;
import dev.headwater.gateway.demo.DemoOptions;
import dev.headwater.gateway.demo.Mischief;
import dev.headwater.gateway.demo.VoteBot;
import dev.headwater.routes.BindAddress;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.LogPolicy;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole process, as {@code run} and {@code demo} hold it in hand. */
class ITGatewayProcess {
  private static final int SPANS_OF_A_VOTE = 17;
  private static final int SPANS_OF_A_LIST = 11;

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Configuration> changes = new CopyOnWriteArrayList<>();
  private final List<AutoCloseable> closing = new ArrayList<>();

  @TempDir Path folder;

  @AfterEach
  void close() throws Exception {
    for (int i = closing.size() - 1; i >= 0; i--) {
      closing.get(i).close();
    }
  }

  @Test
  void tracesAreWholeAndTheirRootOurs_whateverTheBotSends() throws Exception {
    Vertx vertx = Vertx.vertx();
    closing.add(() -> await(vertx.close()));
    AtomicReference<URI> collector = new AtomicReference<>();
    DemoApplication demo =
        await(
            DemoApplication.start(
                vertx,
                new DemoOptions(
                    collector::get, () -> null, Mischief.NONE, Mischief.NONE, new Random(1))));
    closing.add(() -> await(demo.close()));
    RunningGateway gateway =
        start(
            """
            upstreams: [{name: web, endpoints: ["%s"]}]
            routes: [{name: all, to: [{upstream: web}]}]
            """
                .formatted(demo.url()));
    collector.set(admin(gateway, "/api/v2/spans"));
    VoteBot bot = VoteBot.start(vertx, url(gateway, "/"), Duration.ofMillis(20), new Random(2));
    problemsWhen(gateway, (traces, problems) -> traces >= 12);
    await(bot.close());

    assertThat(problemsWhen(gateway, (traces, problems) -> problems == 0)).isEmpty();
  }

  @Test
  void aTakenAddressIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      assertThatThrownBy(() -> start(file("web", address, "127.0.0.1:0", "")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("listener 'web'")
          .hasMessageContaining(address);
      assertThatThrownBy(() -> start(file("web", "127.0.0.1:0", address, "")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("admin.address")
          .hasMessageContaining(address);
    }
  }

  @Test
  @FaultRow("L2")
  void aChangedFileTakesEffect_andABadOneDoesNot() throws Exception {
    Path file = file("web", "127.0.0.1:0", "127.0.0.1:0", answer("one"));
    RunningGateway gateway = start(file);
    assertThat(get(url(gateway, "/")).body()).isEqualTo("one");

    Files.writeString(file, text("web", "127.0.0.1:0", "127.0.0.1:0", answer("two")));
    gateway.reload();
    assertThat(get(url(gateway, "/")).body()).isEqualTo("two");
    assertThat(changes).hasSize(1);

    Files.writeString(file, "routes: 7\n");
    gateway.reload();
    assertThat(get(url(gateway, "/")).body()).isEqualTo("two");
    assertThat(changes).hasSize(1);
  }

  @Test
  void collectorsFollowAReload_andEverySpanArrives() throws Exception {
    AtomicInteger before = new AtomicInteger();
    AtomicInteger after = new AtomicInteger();
    String sink = "{name: %s, zipkin: \"http://127.0.0.1:%d\", encoding: json}";
    String old = sink.formatted("old", collector(before));
    String other = sink.formatted("new", collector(after));
    Path file = Files.writeString(folder.resolve("edge.yaml"), reporting(old));
    RunningGateway gateway = start(file);
    requests(gateway, 20);
    Files.writeString(file, reporting(old + ", " + other));
    gateway.reload();
    requests(gateway, 20);
    Files.writeString(file, reporting(other));
    gateway.reload();
    requests(gateway, 20);
    Await.until("the old collector has its spans", () -> before.get() == 40);
    Await.until("the new collector has its spans", () -> after.get() == 40);
    assertThat(get(admin(gateway, "/metrics")).body())
        .contains("headwater_spans_total{outcome=\"reported\",sink=\"new\"} ")
        .doesNotContain("sink=\"old\"");
  }

  private static String reporting(String sinks) {
    return """
    listeners: [{name: web, address: "127.0.0.1:0"}]
    admin: {address: "127.0.0.1:0"}
    tracing: {sampling: {rate: 1}, report: [%s]}
    """
            .formatted(sinks)
        + answer("one");
  }

  private void requests(RunningGateway gateway, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      assertThat(get(url(gateway, "/")).statusCode()).isEqualTo(200);
    }
  }

  /** A collector that counts spans; where it listens. */
  private int collector(AtomicInteger spans) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/api/v2/spans",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          spans.addAndGet(new JsonArray(new String(body, StandardCharsets.UTF_8)).size());
          exchange.sendResponseHeaders(202, -1);
          exchange.close();
        });
    server.start();
    closing.add(() -> server.stop(0));
    return server.getAddress().getPort();
  }

  @Test
  void logSettingsFollowAReload() throws Exception {
    Path file = file("web", "127.0.0.1:0", "127.0.0.1:0", answer("one"));
    RunningGateway gateway = start(file);

    Files.writeString(
        file, text("web", "127.0.0.1:0", "127.0.0.1:0", answer("one")) + "log: {level: error}\n");
    gateway.reload();

    assertThat(changes.get(0).log().level()).isEqualTo(LogPolicy.Level.ERROR);
  }

  @Test
  void stopsCleanly_whenNothingIsInFlight() throws Exception {
    RunningGateway gateway = start(file("web", "127.0.0.1:0", "127.0.0.1:0", answer("one")));
    get(url(gateway, "/"));

    closing.clear();
    assertThat(gateway.stop()).isTrue();
    assertThatThrownBy(() -> get(url(gateway, "/"))).isInstanceOf(IOException.class);
  }

  private static String answer(String body) {
    return "routes: [{name: all, filters: [{respond: {status: 200, body: " + body + "}}]}]\n";
  }

  private static String text(String name, String address, String admin, String rest) {
    return """
    listeners: [{name: %s, address: "%s"}]
    admin: {address: "%s"}
    tracing: {store: {}}
    """
            .formatted(name, address, admin)
        + rest;
  }

  private Path file(String name, String address, String admin, String rest) throws IOException {
    return Files.writeString(folder.resolve("edge.yaml"), text(name, address, admin, rest));
  }

  private RunningGateway start(String rest) throws Exception {
    return start(file("web", "127.0.0.1:0", "127.0.0.1:0", rest));
  }

  private RunningGateway start(Path file) throws Exception {
    ConfigReader reader =
        new ConfigReader(ConfigSource.file(file), Map.of(), List.of(), Clock.systemUTC());
    ConfigReading first = reader.read();
    assertThat(first.loaded().problems()).isEmpty();
    Configuration configuration = first.loaded().configuration().orElseThrow();
    RunningGateway gateway =
        GatewayProcess.start(new Launch("test", reader, first, configuration, changes::add));
    closing.add(gateway::stop);
    return gateway;
  }

  private static URI url(RunningGateway gateway, String path) {
    BindAddress address = gateway.listeners().values().iterator().next();
    return URI.create("http://" + address + path);
  }

  private static URI admin(RunningGateway gateway, String path) {
    return URI.create("http://" + gateway.admin() + path);
  }

  private HttpResponse<String> get(URI url) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(10)).build(),
        BodyHandlers.ofString());
  }

  /** What is wrong with the traces in the store, once it is as many as wanted. */
  private List<String> problemsWhen(RunningGateway gateway, BiPredicate<Integer, Integer> enough)
      throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (true) {
      JsonArray traces =
          new JsonArray(get(admin(gateway, "/zipkin/api/v2/traces?limit=1000")).body());
      List<String> problems =
          traces.stream()
              .map(trace -> problemOf((JsonArray) trace))
              .filter(problem -> !problem.isEmpty())
              .toList();
      if (enough.test(traces.size(), problems.size()) || System.nanoTime() > end) {
        return problems;
      }
    }
  }

  /** What is wrong with a trace; empty when it is whole. */
  private static String problemOf(JsonArray trace) {
    Set<String> ids = new HashSet<>();
    spans(trace).forEach(span -> ids.add(span.getString("id")));
    List<JsonObject> roots =
        spans(trace).stream().filter(span -> !ids.contains(span.getString("parentId"))).toList();
    if (roots.size() != 1 || roots.get(0).containsKey("parentId")) {
      return "roots: " + roots;
    }
    String service = roots.get(0).getJsonObject("localEndpoint").getString("serviceName");
    if (!service.equals("headwater") || !"SERVER".equals(roots.get(0).getString("kind"))) {
      return "root: " + roots.get(0);
    }
    return trace.size() == SPANS_OF_A_VOTE || trace.size() == SPANS_OF_A_LIST
        ? ""
        : trace.size() + " spans: " + trace;
  }

  private static List<JsonObject> spans(JsonArray trace) {
    return trace.stream().map(JsonObject.class::cast).toList();
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
