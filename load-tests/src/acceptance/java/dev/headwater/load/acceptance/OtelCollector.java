package dev.headwater.load.acceptance;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * An OpenTelemetry collector on loopback: its Zipkin receiver, and a file of OTLP in JSON in which
 * it writes what it understood.
 */
final class OtelCollector implements AutoCloseable {
  /**
   * A span as the collector understood it.
   *
   * @param parentId empty for a root
   * @param kind 2 for SERVER, 3 for CLIENT
   * @param status 2 for an error
   * @param nanos its duration
   */
  record Understood(
      String service,
      String traceId,
      String id,
      String parentId,
      String name,
      int kind,
      int status,
      long nanos,
      Map<String, String> attributes) {
    static final int SERVER = 2;
    static final int CLIENT = 3;

    private static Understood of(String service, JsonObject span) {
      Map<String, String> attributes = new TreeMap<>();
      for (JsonObject each : objects(span, "attributes")) {
        JsonObject value = each.getJsonObject("value");
        attributes.put(
            each.getString("key"),
            value.stream().findFirst().map(v -> String.valueOf(v.getValue())).orElse(""));
      }
      return new Understood(
          service,
          span.getString("traceId"),
          span.getString("spanId"),
          span.getString("parentSpanId", ""),
          span.getString("name"),
          span.getInteger("kind", 0),
          span.getJsonObject("status", new JsonObject()).getInteger("code", 0),
          Long.parseLong(span.getString("endTimeUnixNano"))
              - Long.parseLong(span.getString("startTimeUnixNano")),
          attributes);
    }
  }

  private static final long READY_SECONDS = 60;
  private static final long WRITTEN_SECONDS = 20;

  private final Process process;
  private final int port;
  private final Path file;

  private OtelCollector(Process process, int port, Path file) {
    this.process = process;
    this.port = port;
    this.file = file;
  }

  /** Starts it with its files in this folder and waits until it listens. */
  static OtelCollector start(Path binary, Path folder) throws IOException, InterruptedException {
    int port = Loopback.freePort();
    Path file = folder.resolve("otel-spans.json");
    Files.deleteIfExists(file);
    String configuration =
        """
        receivers: {zipkin: {endpoint: "127.0.0.1:%d"}}
        exporters: {file: {path: "%s", flush_interval: 100ms}}
        service:
          telemetry: {metrics: {level: none}}
          pipelines: {traces: {receivers: [zipkin], exporters: [file]}}
        """
            .formatted(port, file);
    Path written = Files.writeString(folder.resolve("otel-collector.yaml"), configuration);
    Path log = folder.resolve("otel-collector.log");
    Process process =
        new ProcessBuilder(binary.toString(), "--config", written.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    OtelCollector collector = new OtelCollector(process, port, file);
    collector.awaitListening(log);
    return collector;
  }

  int port() {
    return port;
  }

  /** The spans of a trace, once there are that many of them. */
  List<Understood> trace(String id, int spans) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WRITTEN_SECONDS);
    while (true) {
      List<Understood> all = written();
      List<Understood> trace = all.stream().filter(span -> span.traceId().equals(id)).toList();
      if (trace.size() >= spans) {
        return trace;
      }
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "trace " + id + " (expected " + spans + " spans): " + trace + " of " + all.size());
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** Everything in the file so far; its last line may be half written. */
  private List<Understood> written() throws IOException {
    String text = Files.exists(file) ? Files.readString(file) : "";
    List<Understood> spans = new ArrayList<>();
    for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
      for (JsonObject resource : objects(new JsonObject(line), "resourceSpans")) {
        String service = service(resource.getJsonObject("resource"));
        for (JsonObject scope : objects(resource, "scopeSpans")) {
          objects(scope, "spans").forEach(span -> spans.add(Understood.of(service, span)));
        }
      }
    }
    return spans;
  }

  private static String service(JsonObject resource) {
    return objects(resource, "attributes").stream()
        .filter(attribute -> attribute.getString("key").equals("service.name"))
        .map(attribute -> attribute.getJsonObject("value").getString("stringValue"))
        .findFirst()
        .orElse("");
  }

  private static List<JsonObject> objects(JsonObject in, String key) {
    return in.getJsonArray(key, new JsonArray()).stream().map(JsonObject.class::cast).toList();
  }

  private void awaitListening(Path log) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
    while (System.nanoTime() < end) {
      if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException(
            "the collector exited with " + process.exitValue() + "; it printed to " + log);
      }
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(Loopback.HOST, port), 1_000);
        return;
      } catch (IOException notYet) {
        // Refused until it is up.
      }
    }
    close();
    throw new IllegalStateException(
        "the collector does not listen after " + READY_SECONDS + " s; it printed to " + log);
  }

  @Override
  public void close() {
    process.destroy();
  }
}
