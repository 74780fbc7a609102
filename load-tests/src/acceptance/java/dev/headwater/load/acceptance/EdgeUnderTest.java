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
 * by the gateway itself and never sampled, {@code /votes/}, {@code /tenth/} (a route with a rate of
 * 0.1 of its own) and {@code /flaky/} go upstream, there is no route for anything else.
 */
final class EdgeUnderTest implements AutoCloseable {
  /**
   * What differs between edges.
   *
   * @param name of its files in target
   * @param trusted network whose trace headers are honoured in full, in YAML
   * @param sampling the section {@code tracing.sampling}, in YAML
   * @param sink the entry of {@code tracing.report}, in YAML
   * @param more a further key of {@code tracing}, in YAML
   */
  record Setup(String name, String trusted, String sampling, String sink, String more) {
    /** Strangers only. */
    static Setup of(String name, String sampling, String sink) {
      return new Setup(name, "[]", sampling, sink, "enabled: true");
    }

    /** The same with one more thing to say about tracing. */
    Setup with(String key) {
      return new Setup(name, trusted, sampling, sink, key);
    }

    /** Callers on loopback are trusted. */
    Setup trusting() {
      return new Setup(name, "[127.0.0.0/8]", sampling, sink, more);
    }
  }

  private static final Duration PATIENCE = Duration.ofMinutes(5); // The launcher may build first.
  private static final Pattern SPANS =
      Pattern.compile(
          "^headwater_spans_total\\{[^}]*outcome=\"([a-z_]+)\"[^}]*} ([0-9.eE+]+)$",
          Pattern.MULTILINE);

  private final Start start;
  private final GatewayProcess process;
  private final int port;
  private final URI admin;

  private EdgeUnderTest(Start start, int port, URI admin) {
    this.start = start;
    this.process = start.process(port);
    this.port = port;
    this.admin = admin;
  }

  /** How the process is started. */
  private record Start(Path module, Path configuration, Path log) {
    GatewayProcess process(int port) {
      return GatewayProcess.start(
          module.resolve("../headwater").normalize(),
          configuration,
          log,
          URI.create("http://127.0.0.1:" + port + "/probe"),
          PATIENCE);
    }
  }

  /** Starts one that keeps a share of strangers' traces. */
  static EdgeUnderTest start(String name, double rate, int upstream, String sink)
      throws IOException {
    return start(Setup.of(name, "{rate: " + rate + "}", sink), upstream);
  }

  /** Starts one. */
  static EdgeUnderTest start(Setup setup, int upstream) throws IOException {
    Path module = Path.of(System.getProperty("headwater.module", ".")).toAbsolutePath();
    Path folder = Files.createDirectories(module.resolve("target/acceptance"));
    int port = Loopback.freePort();
    int admin = Loopback.freePort();
    String configuration =
        """
        listeners:
          - name: web
            address: 127.0.0.1:%d
            trace: {mode: restart, trusted: %s}
        upstreams: [{name: voting, endpoints: ["http://127.0.0.1:%d"]}]
        routes:
          - name: probe
            match: {path: {exact: /probe}}
            filters: [{respond: {body: ok}}]
            sampling: {rate: 0}
          - name: votes
            match: {path: {prefix: /votes}}
            to: [{upstream: voting}]
          - name: tenth
            match: {path: {prefix: /tenth}}
            to: [{upstream: voting}]
            sampling: {rate: 0.1}
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
            .formatted(
                port,
                setup.trusted(),
                upstream,
                setup.sampling(),
                setup.sink(),
                setup.more(),
                admin);
    Path file = Files.writeString(folder.resolve(setup.name() + ".yaml"), configuration);
    return new EdgeUnderTest(
        new Start(module, file, folder.resolve(setup.name() + ".log")),
        port,
        URI.create("http://127.0.0.1:" + admin + "/"));
  }

  /** Ends the process as {@code kill -9} does; nothing is drained or flushed. */
  void kill() {
    process.kill();
  }

  /** Another process of the same configuration, after this one has ended. */
  EdgeUnderTest again() {
    Path log = start.log().resolveSibling("again-" + start.log().getFileName());
    return new EdgeUnderTest(new Start(start.module(), start.configuration(), log), port, admin);
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
    return gauge("headwater_spans_queued");
  }

  /** A gauge of the one sink; 0 when it has none of that name. */
  long gauge(String name) throws IOException, InterruptedException {
    Matcher line =
        Pattern.compile("^" + name + "(?:\\{[^}]*})? ([0-9.eE+]+)$", Pattern.MULTILINE)
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
