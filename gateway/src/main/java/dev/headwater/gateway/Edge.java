package dev.headwater.gateway;

import dev.headwater.gateway.admin.AdminServer;
import dev.headwater.gateway.admin.AdminViews;
import dev.headwater.gateway.config.ConfigControl;
import dev.headwater.gateway.metrics.Metrics;
import dev.headwater.gateway.metrics.ProcessMetrics;
import dev.headwater.gateway.metrics.Samples;
import dev.headwater.gateway.report.SpanReporter;
import dev.headwater.gateway.snapshot.SnapshotRef;
import dev.headwater.gateway.tracestore.TraceStore;
import dev.headwater.routes.BindAddress;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.StorePolicy;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One process of the product: the gateway, its span reporter, its trace store and its admin
 * address, started and stopped in the right order. Safe for use from any thread.
 */
public final class Edge {
  /**
   * What an edge is started with.
   *
   * @param version of the program
   * @param snapshots the configuration in force
   * @param control who keeps it
   * @param configured done when that is what listeners are to be opened with
   * @param missing what it still waits for, one line each
   */
  public record Setup(
      String version,
      SnapshotRef snapshots,
      ConfigControl control,
      CompletionStage<Void> configured,
      Supplier<List<String>> missing) {
    /** For a configuration that is whole from the start. */
    public Setup(String version, SnapshotRef snapshots, ConfigControl control) {
      this(version, snapshots, control, CompletableFuture.completedStage(null), List::of);
    }
  }

  private final Vertx vertx;
  private final Metrics metrics;
  private final @Nullable TraceStore store;
  private final SpanReporter reporter;
  private final AtomicReference<@Nullable Gateway> gateway = new AtomicReference<>();
  private @Nullable AdminServer admin;

  private Edge(Vertx vertx, Configuration configuration) {
    this.vertx = vertx;
    this.metrics = Metrics.create();
    StorePolicy policy = configuration.tracing().store();
    this.store = policy == null ? null : TraceStore.create(vertx, policy);
    this.reporter =
        SpanReporter.create(vertx, configuration.tracing(), store == null ? null : store::accept);
  }

  /**
   * Starts serving. The admin address comes first, so that a probe is told "not ready" and not
   * refused; the listeners once there is a configuration for them.
   *
   * @param vertx closed by the caller, after {@link #stop}
   * @return fails when an address cannot be served; nothing is left running then
   */
  public static Future<Edge> start(Vertx vertx, Setup setup) {
    Configuration configuration = setup.snapshots().get().configuration();
    Edge edge = new Edge(vertx, configuration);
    setup.snapshots().onSwap(next -> edge.reporter.update(next.configuration().tracing().report()));
    return AdminServer.start(vertx, configuration.admin(), edge.views(setup))
        .compose(
            admin -> {
              edge.admin = admin;
              return Future.fromCompletionStage(setup.configured());
            })
        .compose(ignored -> Gateway.start(vertx, setup.snapshots(), edge.metrics, edge.reporter))
        .map(
            started -> {
              edge.gateway.set(started);
              return edge;
            })
        .recover(cause -> edge.release().transform(ignored -> Future.failedFuture(cause)));
  }

  private AdminViews views(Setup setup) {
    return new AdminViews(
        setup.version(),
        setup.snapshots(),
        setup.control(),
        () -> notReady(setup),
        metrics,
        List.of(reporter, new ProcessMetrics(), this::collect),
        reporter::view,
        store);
  }

  private void collect(Samples into) {
    Gateway running = gateway.get();
    if (running != null) {
      running.collect(into);
    }
  }

  private List<String> notReady(Setup setup) {
    Gateway running = gateway.get();
    if (running == null) {
      List<String> missing = setup.missing().get();
      return missing.isEmpty() ? List.of("listeners are not open yet") : missing;
    }
    return running.draining() ? List.of("draining") : List.of();
  }

  private Gateway running() {
    Gateway running = gateway.get();
    if (running == null) {
      throw new IllegalStateException("edge: not started");
    }
    return running;
  }

  /** Listeners and where they really listen. */
  public Map<String, BindAddress> addresses() {
    return running().addresses();
  }

  /** Where the admin address really is. */
  public BindAddress adminAddress() {
    if (admin == null) {
      throw new IllegalStateException("edge: not started");
    }
    return admin.address();
  }

  /**
   * Drains and stops everything; spans are delivered before the reporter ends.
   *
   * @return whether every exchange in flight could be finished in time
   */
  public Future<Boolean> stop() {
    return running().stop().compose(clean -> release().map(clean));
  }

  private Future<?> release() {
    Future<?> closed = admin == null ? Future.succeededFuture() : admin.close();
    return closed.transform(
        ignored ->
            vertx.executeBlocking(
                () -> {
                  reporter.close();
                  if (store != null) {
                    store.close();
                  }
                  metrics.close();
                  return null;
                }));
  }
}
