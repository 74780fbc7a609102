package dev.headwater.gateway;

import dev.headwater.gateway.cli.ClusterLaunch;
import dev.headwater.gateway.cli.Launch;
import dev.headwater.gateway.cli.RunningGateway;
import dev.headwater.gateway.cluster.ClusterSource;
import dev.headwater.gateway.cluster.LiveReplicas;
import dev.headwater.gateway.config.CompiledKeeper;
import dev.headwater.gateway.config.ConfigKeeper;
import dev.headwater.gateway.config.ConfigWatcher;
import dev.headwater.gateway.snapshot.Snapshot;
import dev.headwater.gateway.snapshot.SnapshotRef;
import dev.headwater.routes.BindAddress;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.DrainPolicy;
import dev.headwater.routes.kubernetes.ClusterCompiler;
import dev.headwater.routes.kubernetes.ClusterObjects;
import dev.headwater.routes.kubernetes.ControllerPolicy;
import dev.headwater.routes.kubernetes.Kept;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * An edge with its configuration: started from what was read, kept in step with what is written,
 * ended with its event loops. What the commands hold in hand.
 */
final class GatewayProcess implements RunningGateway {
  private static final Duration START_PATIENCE = Duration.ofSeconds(30);
  private static final Duration END_PATIENCE = Duration.ofSeconds(15);
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final String CLUSTER = "the cluster";

  private final Vertx vertx;
  private final SnapshotRef snapshots;
  private final Source source;
  private final Edge edge;

  private GatewayProcess(Vertx vertx, SnapshotRef snapshots, Source source, Edge edge) {
    this.vertx = vertx;
    this.snapshots = snapshots;
    this.source = source;
    this.edge = edge;
  }

  /**
   * Where configurations come from.
   *
   * @param reload has it looked at again
   * @param beforeDrain what ends when the drain begins
   * @param afterDrain what ends with the last request
   */
  private record Source(Runnable reload, Runnable beforeDrain, Runnable afterDrain) {}

  /** Starts serving; on failure nothing is left running. */
  static RunningGateway start(Launch launch) throws IOException, InterruptedException {
    SnapshotRef snapshots =
        new SnapshotRef(
            Snapshot.of(
                launch.configuration(), 1, launch.first().at(), launch.reader().source().name()));
    snapshots.onSwap(snapshot -> launch.onChange().accept(snapshot.configuration()));
    ConfigKeeper keeper =
        new ConfigKeeper(launch.reader(), launch.first(), snapshots, Clock.systemUTC());
    ConfigWatcher watcher = new ConfigWatcher(keeper, System::nanoTime);
    Edge.Setup setup = new Edge.Setup(launch.version(), snapshots, keeper);
    Vertx vertx = Gateway.vertx();
    try {
      Edge edge = await(Edge.start(vertx, setup), START_PATIENCE);
      watcher.start();
      Source files =
          new Source(
              () -> {
                var unused = keeper.reloadNow();
              },
              watcher::close,
              () -> {});
      return new GatewayProcess(vertx, snapshots, files, edge);
    } catch (IOException | InterruptedException | RuntimeException cannot) {
      var unused = vertx.close();
      throw cannot;
    }
  }

  /**
   * Starts serving what a cluster says; on failure nothing is left running. Waits for the API
   * server for as long as nobody asks for the end.
   */
  static RunningGateway startIngress(ClusterLaunch launch)
      throws IOException, InterruptedException {
    ControllerPolicy policy = launch.options().policy();
    Configuration waiting =
        ClusterCompiler.compile(ClusterObjects.NONE, policy, Kept.NOTHING).configuration();
    LiveReplicas replicas = new LiveReplicas();
    SnapshotRef snapshots =
        new SnapshotRef(Snapshot.of(waiting, 0, Clock.systemUTC().instant(), CLUSTER, replicas));
    snapshots.onSwap(snapshot -> launch.onChange().accept(snapshot.configuration()));
    CompiledKeeper keeper = new CompiledKeeper(CLUSTER, snapshots, Clock.systemUTC());
    ClusterSource cluster = ClusterSource.of(launch.options(), keeper, replicas);
    Vertx vertx = Gateway.vertx();
    try {
      Edge.Setup setup =
          new Edge.Setup(
              launch.version(), snapshots, keeper, cluster.start(), () -> waitingFor(cluster));
      Edge edge = await(Edge.start(vertx, setup), launch.stopAsked());
      cluster.serving();
      return new GatewayProcess(
          vertx, snapshots, new Source(cluster::reload, cluster::resign, cluster::close), edge);
    } catch (IOException | InterruptedException | RuntimeException cannot) {
      cluster.close();
      var unused = vertx.close();
      throw cannot;
    }
  }

  private static List<String> waitingFor(ClusterSource cluster) {
    return cluster.missing().stream().map(each -> each + ": not listed yet").toList();
  }

  private static <T> T await(Future<T> future, BooleanSupplier stopAsked)
      throws IOException, InterruptedException {
    CompletableFuture<T> done = future.toCompletionStage().toCompletableFuture();
    while (true) {
      try {
        return done.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
      } catch (ExecutionException failed) {
        throw reason(failed);
      } catch (TimeoutException notYet) {
        if (stopAsked.getAsBoolean()) {
          throw new IOException("stopped before the cluster could be read", notYet);
        }
      }
    }
  }

  @Override
  public Map<String, BindAddress> listeners() {
    return edge.addresses();
  }

  @Override
  public BindAddress admin() {
    return edge.adminAddress();
  }

  @Override
  public void reload() {
    source.reload.run();
  }

  @Override
  public boolean stop() throws InterruptedException {
    source.beforeDrain.run();
    DrainPolicy drain = snapshots.get().configuration().drain();
    Duration patience = drain.delay().plus(drain.timeout()).plus(END_PATIENCE);
    boolean clean;
    try {
      clean = await(edge.stop(), patience);
      await(vertx.close(), END_PATIENCE);
    } catch (IOException late) {
      return false;
    } finally {
      source.afterDrain.run();
    }
    return clean;
  }

  private static <T> T await(Future<T> future, Duration patience)
      throws IOException, InterruptedException {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      throw reason(failed);
    } catch (TimeoutException late) {
      throw new IOException("no answer within " + patience.toSeconds() + " s", late);
    }
  }

  private static IOException reason(ExecutionException failed) {
    Throwable cause = failed.getCause();
    return new IOException(cause == null ? failed.getMessage() : cause.getMessage(), failed);
  }
}
