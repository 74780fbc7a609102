package dev.headwater.gateway.brave;

import brave.handler.MutableSpan;
import dev.headwater.gateway.Gateway;
import dev.headwater.gateway.metrics.Metrics;
import dev.headwater.gateway.report.SpanReporter;
import dev.headwater.gateway.snapshot.Snapshot;
import dev.headwater.gateway.snapshot.SnapshotRef;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.compile.ConfigurationInput;
import dev.headwater.routes.compile.ConfigurationLoader;
import dev.headwater.routes.compile.Loaded;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The shipped gateway, started from a configuration as a user writes it: one listener on loopback
 * that trusts loopback, and a collector to report to. Started anew for each test.
 */
final class ConfiguredEdge implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;

  private final Consumer<MutableSpan> sink;
  private @Nullable SpanReceiver spans;
  private @Nullable Running running;
  private int port;

  /** An edge not started yet, whose spans are told to {@code sink}. */
  ConfiguredEdge(Consumer<MutableSpan> sink) {
    this.sink = sink;
  }

  /** Starts with these sections for upstreams and routes, or again after a stop. */
  void start(String upstreamsAndRoutes, String rate) throws IOException {
    close();
    spans = new SpanReceiver(sink);
    Configuration configuration = load(upstreamsAndRoutes, rate, spans.url());
    Vertx vertx = Gateway.vertx();
    Metrics metrics = Metrics.create();
    SpanReporter reporter = SpanReporter.create(vertx, configuration.tracing(), null);
    SnapshotRef snapshots =
        new SnapshotRef(Snapshot.of(configuration, 1, Instant.now(), "a test's configuration"));
    Gateway gateway = await(Gateway.start(vertx, snapshots, metrics, reporter));
    running = new Running(vertx, metrics, reporter, gateway);
    port = gateway.addresses().get("web").port();
  }

  private static Configuration load(String upstreamsAndRoutes, String rate, String collector) {
    String text =
        """
        listeners:
          - name: web
            address: 127.0.0.1:0
            forwarded: {trusted: [127.0.0.0/8]}
            trace: {mode: restart, trusted: [127.0.0.0/8]}
        %s
        tracing:
          sampling: {rate: %s}
          report:
            - {zipkin: "%s", encoding: json}
        drain: {delay: 0s, timeout: 5s}
        """
            .formatted(upstreamsAndRoutes, rate, collector);
    Loaded loaded = ConfigurationLoader.load(ConfigurationInput.of(text, "edge.yaml"));
    return loaded
        .configuration()
        .orElseThrow(() -> new AssertionError(loaded.problems() + " in\n" + text));
  }

  String url(String path) {
    return "http://127.0.0.1:" + port + path;
  }

  /** The collector of the present start, also after a stop. */
  SpanReceiver spans() {
    if (spans == null) {
      throw new IllegalStateException("not started");
    }
    return spans;
  }

  /** Drains and flushes, then closes the collector; harmless when stopped already. */
  @Override
  public void close() {
    if (running != null) {
      running.stop();
      running = null;
      spans().close();
    }
  }

  private static <T> T await(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /** All that a start made, to be undone in order. */
  private record Running(Vertx vertx, Metrics metrics, SpanReporter reporter, Gateway gateway) {
    void stop() {
      await(gateway.stop());
      reporter.close();
      metrics.close();
      await(vertx.close());
    }
  }
}
