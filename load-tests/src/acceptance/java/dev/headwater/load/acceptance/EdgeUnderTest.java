package dev.headwater.load.acceptance;

import dev.headwater.load.GatewayProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code ./headwater run -c FILE} with one upstream and one collector. {@code /probe} is answered
 * by the gateway itself and never sampled, {@code /votes/} and {@code /flaky/} go upstream, there
 * is no route for anything else.
 */
final class EdgeUnderTest implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5); // The launcher may build first.
  private static final Pattern SPANS =
      Pattern.compile(
          "^headwater_spans_total\\{[^}]*outcome=\"([a-z_]+)\"[^}]*} ([0-9.eE+]+)$",
          Pattern.MULTILINE);

  private final GatewayProcess process;
  private final int port;
  private final URI admin;

  private EdgeUnderTest(GatewayProcess process, int port, URI admin) {
    this.process = process;
    this.port = port;
    this.admin = admin;
  }

  /**
   * What it is told about tracing, in YAML.
   *
   * @param sampling an object
   * @param sink the entry of {@code report}
   * @param more a further key
   */
  record Tracing(String sampling, String sink, String more) {}

  /**
   * Starts it.
   *
   * @param name of its files in target
   * @param sink the entry of {@code tracing.report}, in YAML
   */
  static EdgeUnderTest start(String name, double rate, int upstream, String sink)
      throws IOException {
    return start(name, upstream, new Tracing("{rate: " + rate + "}", sink, "enabled: true"));
  }

  /** The same with more to say about tracing. */
  static EdgeUnderTest start(String name, int upstream, Tracing tracing) throws IOException {
    Path module = Path.of(System.getProperty("headwater.module", ".")).toAbsolutePath();
    Path folder = Files.createDirectories(module.resolve("target/acceptance"));
    int port = Loopback.freePort();
    int admin = Loopback.freePort();
    String configuration =
        """
        listeners: [{name: web, address: "127.0.0.1:%d"}]
        upstreams: [{name: voting, endpoints: ["http://127.0.0.1:%d"]}]
        routes:
          - name: probe
            match: {path: {exact: /probe}}
            filters: [{respond: {body: ok}}]
            sampling: {rate: 0}
          - name: votes
            match: {path: {prefix: /votes}}
            to: [{upstream: voting}]
          - name: flaky
            match: {path: {prefix: /flaky}}
            to: [{upstream: voting}]
            retry: {attempts: 1, on: [connect, "503"]}
        tracing:
          sampling: %s
          report: [%s]
          %s
          responseHeader: x-trace-id
        admin: {address: "127.0.0.1:%d"}
        """
            .formatted(port, upstream, tracing.sampling(), tracing.sink(), tracing.more(), admin);
    Path file = Files.writeString(folder.resolve(name + ".yaml"), configuration);
    GatewayProcess process =
        GatewayProcess.start(
            module.resolve("../headwater").normalize(),
            file,
            folder.resolve(name + ".log"),
            URI.create("http://127.0.0.1:" + port + "/probe"),
            PATIENCE);
    return new EdgeUnderTest(process, port, URI.create("http://127.0.0.1:" + admin + "/"));
  }

  int port() {
    return port;
  }

  /** Spans by outcome, as {@code /metrics} counts them. */
  Map<String, Long> spans() throws IOException, InterruptedException {
    Map<String, Long> counts = new HashMap<>();
    Matcher line = SPANS.matcher(get("metrics"));
    while (line.find()) {
      counts.merge(line.group(1), (long) Double.parseDouble(line.group(2)), Long::sum);
    }
    return counts;
  }

  /** Spans handed over and not yet delivered or dropped. */
  long queued() throws IOException, InterruptedException {
    Matcher line =
        Pattern.compile("^headwater_spans_queued(?:\\{[^}]*})? ([0-9.eE+]+)$", Pattern.MULTILINE)
            .matcher(get("metrics"));
    return line.find() ? (long) Double.parseDouble(line.group(1)) : 0;
  }

  /** A page of the admin address. */
  String get(String path) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(admin.resolve(path)).build(), BodyHandlers.ofString())
        .body();
  }

  /** SIGTERM; fails unless it drains and exits with 0. */
  @Override
  public void close() {
    process.close();
  }
}
