package dev.headwater.gateway;

import dev.headwater.gateway.admin.AdminServer;
import dev.headwater.gateway.admin.AdminViews;
import dev.headwater.gateway.admin.ReloadView;
import dev.headwater.gateway.cli.Launch;
import dev.headwater.gateway.cli.RunningGateway;
import dev.headwater.gateway.config.ConfigWatcher;
import dev.headwater.gateway.config.ReloadStatus;
import dev.headwater.gateway.metrics.Metrics;
import dev.headwater.gateway.metrics.ProcessMetrics;
import dev.headwater.gateway.report.SpanReporter;
import dev.headwater.gateway.snapshot.Snapshot;
import dev.headwater.gateway.snapshot.SnapshotRef;
import dev.headwater.gateway.tracestore.TraceStore;
import dev.headwater.routes.BindAddress;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.StorePolicy;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A gateway as a process has it: the data path with everything around it, started in the order in
 * which each needs the other, and ended in the opposite one.
 */
final class GatewayProcess implements RunningGateway {
  private static final Duration START_PATIENCE = Duration.ofSeconds(30);
  private static final Duration END_PATIENCE = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final @Nullable TraceStore store;
  private final SnapshotRef snapshots;
  private final Metrics metrics;
  private final SpanReporter reporter;
  private final ConfigWatcher watcher;
  private volatile @Nullable AdminServer admin;
  private volatile @Nullable Gateway gateway;

  private GatewayProcess(Launch launch) {
    Configuration configuration = launch.configuration();
    StorePolicy kept = configuration.tracing().store();
    vertx = Gateway.vertx();
    store = kept == null ? null : TraceStore.create(vertx, kept);
    reporter =
        SpanReporter.create(vertx, configuration.tracing(), store == null ? null : store::accept);
    metrics = Metrics.create();
    snapshots =
        new SnapshotRef(
            Snapshot.of(configuration, 1, launch.first().at(), launch.reader().source().name()));
    watcher =
        new ConfigWatcher(
            launch.reader(), launch.first(), snapshots, Clock.systemUTC(), System::nanoTime);
    snapshots.onSwap(snapshot -> launch.onChange().accept(snapshot.configuration()));
  }

  /** Starts serving; on failure what had started is ended again. */
  static RunningGateway start(Launch launch) throws IOException, InterruptedException {
    GatewayProcess process = new GatewayProcess(launch);
    try {
      process.serve(launch);
      return process;
    } catch (IOException | InterruptedException | RuntimeException cannot) {
      process.end();
      throw cannot;
    }
  }

  private void serve(Launch launch) throws IOException, InterruptedException {
    // The admin address first: probes can say "not ready" while the rest comes up.
    admin =
        await(
            AdminServer.start(vertx, launch.configuration().admin(), views(launch.version())),
            START_PATIENCE);
    gateway = await(Gateway.start(vertx, snapshots, metrics, reporter), START_PATIENCE);
    watcher.start();
  }

  private AdminViews views(String version) {
    return new AdminViews(
        version,
        snapshots,
        this::reloadView,
        () -> watcher.effective().yaml(true),
        this::notReady,
        metrics,
        List.of(reporter, new ProcessMetrics()),
        reporter::view,
        store);
  }

  private ReloadView reloadView() {
    ReloadStatus status = watcher.status();
    return new ReloadView(status.successful(), status.lastAttempt(), status.problems());
  }

  private List<String> notReady() {
    Gateway serving = gateway;
    if (serving == null) {
      return List.of("starting");
    }
    return serving.draining() ? List.of("draining") : List.of();
  }

  @Override
  public Map<String, BindAddress> listeners() {
    Gateway serving = gateway;
    return serving == null ? Map.of() : serving.addresses();
  }

  @Override
  public BindAddress admin() {
    AdminServer serving = admin;
    return serving == null ? snapshots.get().configuration().admin().address() : serving.address();
  }

  @Override
  public void reload() {
    var unused = watcher.reloadNow();
  }

  @Override
  public boolean stop() {
    boolean clean = false;
    Gateway serving = gateway;
    try {
      if (serving != null) {
        var drain = snapshots.get().configuration().drain();
        Duration patience = drain.delay().plus(drain.timeout()).plus(END_PATIENCE);
        clean = await(serving.stop(), patience);
      }
    } catch (IOException late) {
      clean = false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    end();
    return clean;
  }

  /** Everything around the data path, the last started first. */
  private void end() {
    watcher.close();
    reporter.close();
    metrics.close();
    if (store != null) {
      store.close();
    }
    try {
      await(vertx.close(), END_PATIENCE);
    } catch (IOException late) {
      // The process ends now in any case.
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static <T> T await(Future<T> future, Duration patience)
      throws IOException, InterruptedException {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause();
      throw new IOException(cause == null ? failed.getMessage() : cause.getMessage(), failed);
    } catch (TimeoutException late) {
      throw new IOException("no answer within " + patience.toSeconds() + " s", late);
    }
  }
}
