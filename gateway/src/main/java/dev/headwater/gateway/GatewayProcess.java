package dev.headwater.gateway;

import dev.headwater.gateway.cli.Launch;
import dev.headwater.gateway.cli.RunningGateway;
import dev.headwater.gateway.config.ConfigKeeper;
import dev.headwater.gateway.config.ConfigWatcher;
import dev.headwater.gateway.snapshot.Snapshot;
import dev.headwater.gateway.snapshot.SnapshotRef;
import dev.headwater.routes.BindAddress;
import dev.headwater.routes.DrainPolicy;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An edge with its configuration: started from what was read, kept in step with what is written,
 * ended with its event loops. What the commands hold in hand.
 */
final class GatewayProcess implements RunningGateway {
  private static final Duration START_PATIENCE = Duration.ofSeconds(30);
  private static final Duration END_PATIENCE = Duration.ofSeconds(15);

  private final Vertx vertx;
  private final ConfigKeeper keeper;
  private final ConfigWatcher watcher;
  private final Edge edge;

  private GatewayProcess(Vertx vertx, ConfigKeeper keeper, ConfigWatcher watcher, Edge edge) {
    this.vertx = vertx;
    this.keeper = keeper;
    this.watcher = watcher;
    this.edge = edge;
  }

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
      return new GatewayProcess(vertx, keeper, watcher, edge);
    } catch (IOException | InterruptedException | RuntimeException cannot) {
      var unused = vertx.close();
      throw cannot;
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
    var unused = keeper.reloadNow();
  }

  @Override
  public boolean stop() throws InterruptedException {
    watcher.close();
    DrainPolicy drain = keeper.inForce().drain();
    Duration patience = drain.delay().plus(drain.timeout()).plus(END_PATIENCE);
    boolean clean;
    try {
      clean = await(edge.stop(), patience);
      await(vertx.close(), END_PATIENCE);
    } catch (IOException late) {
      return false;
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
      Throwable cause = failed.getCause();
      throw new IOException(cause == null ? failed.getMessage() : cause.getMessage(), failed);
    } catch (TimeoutException late) {
      throw new IOException("no answer within " + patience.toSeconds() + " s", late);
    }
  }
}
