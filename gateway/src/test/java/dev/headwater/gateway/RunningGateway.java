package dev.headwater.gateway;

import dev.headwater.gateway.metrics.Metrics;
import dev.headwater.gateway.report.SpanReporter;
import dev.headwater.gateway.snapshot.Snapshot;
import dev.headwater.gateway.snapshot.SnapshotRef;
import dev.headwater.routes.Configuration;
import io.vertx.core.Vertx;
import java.net.Socket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import zipkin2.Span;

/** A gateway on an ephemeral port, and the spans that it reported, in order of arrival. */
final class RunningGateway implements AutoCloseable {
  private final Vertx vertx = Gateway.vertx();
  private final Metrics metrics = Metrics.create();
  private final BlockingQueue<Span> spans = new LinkedBlockingQueue<>();
  private final SpanReporter reporter;
  private final SnapshotRef snapshots;
  private final Gateway gateway;

  private RunningGateway(Configuration configuration) {
    snapshots = new SnapshotRef(Snapshot.of(configuration, 1, Instant.EPOCH, "test"));
    reporter = SpanReporter.create(vertx, configuration.tracing(), spans::addAll);
    gateway = done(Gateway.start(vertx, snapshots, metrics, reporter));
  }

  static <T> T done(io.vertx.core.Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(40, TimeUnit.SECONDS).join();
  }

  static RunningGateway of(Configurations configuration) {
    return new RunningGateway(configuration.build());
  }

  int port() {
    return gateway.addresses().get("web").port();
  }

  Gateway gateway() {
    return gateway;
  }

  SnapshotRef snapshots() {
    return snapshots;
  }

  Metrics metrics() {
    return metrics;
  }

  RawClient connect() throws java.io.IOException {
    return new RawClient(new Socket("127.0.0.1", port()));
  }

  /** The next spans, SERVER and CLIENT of one request after the other; fails after 10 s. */
  List<Span> spans(int count) throws InterruptedException {
    List<Span> taken = new ArrayList<>();
    while (taken.size() < count) {
      Span next = spans.poll(10, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("spans: " + taken + " (expected " + count + ")");
      }
      taken.add(next);
    }
    return taken;
  }

  @Override
  public void close() throws Exception {
    done(gateway.stop());
    reporter.close();
    metrics.close();
    done(vertx.close());
  }
}
