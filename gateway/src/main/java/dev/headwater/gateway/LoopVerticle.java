package dev.headwater.gateway;

import dev.headwater.gateway.forward.EndpointContexts;
import dev.headwater.gateway.forward.OpenCounts;
import dev.headwater.gateway.forward.Pools;
import dev.headwater.gateway.listen.ConnectionShared;
import dev.headwater.gateway.listen.Listener;
import dev.headwater.gateway.listen.ListenerState;
import dev.headwater.gateway.metrics.LoopMetrics;
import dev.headwater.gateway.pipeline.Loop;
import dev.headwater.gateway.wire.HeadBuffer;
import dev.headwater.gateway.wire.Ticks;
import dev.headwater.routes.ListenerPolicy;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Everything that lives on one event loop: its stages, pools and share of each listener. */
final class LoopVerticle extends VerticleBase {
  /** What the loops share. */
  record Shared(
      GatewayParts parts,
      List<ListenerPolicy> policies,
      List<ListenerState> states,
      OpenCounts counts,
      EndpointContexts contexts,
      int loops,
      Clock clock) {}

  private final Shared shared;
  private final int index;
  private final List<Listener> listeners = new ArrayList<>();
  private @Nullable Pools pools;

  LoopVerticle(Shared shared, int index) {
    this.shared = shared;
    this.index = index;
  }

  @Override
  public Future<?> start() {
    GatewayParts parts = shared.parts();
    LoopMetrics metrics =
        parts.metrics().newLoop(task -> context.runOnContext(ignored -> task.run()));
    Loop loop =
        new Loop(
            index,
            System::nanoTime,
            () -> micros(shared.clock().instant()),
            new SplittableRandom(parts.seeds().nextLong()),
            metrics,
            (millis, task) -> vertx.setTimer(Math.max(1, millis), ignored -> task.run()));
    Ticks ticks = new Ticks();
    HeadBuffer scratch = new HeadBuffer();
    Pools upstreams = new Pools(vertx, loop, ticks, scratch, shared.counts(), shared.contexts());
    pools = upstreams;
    RequestPath path = new RequestPath(loop, shared.loops(), upstreams, parts);
    vertx.setPeriodic(Ticks.MILLIS, ignored -> ticks.tick(loop.now()));
    return bind(
        new ConnectionShared(
            loop, parts.snapshots(), path.first(), path, ticks, upstreams.passthrough(), scratch),
        0);
  }

  private static long micros(Instant now) {
    return TimeUnit.SECONDS.toMicros(now.getEpochSecond()) + now.getNano() / 1000;
  }

  private Future<?> bind(ConnectionShared connection, int at) {
    if (at == shared.policies().size()) {
      return Future.succeededFuture();
    }
    ListenerPolicy policy = shared.policies().get(at);
    return Listener.bind(vertx, connection, policy.address(), at + 1, shared.states().get(at))
        .recover(
            cause ->
                Future.failedFuture(
                    new CannotListenException(policy.name(), policy.address(), cause)))
        .compose(
            listener -> {
              listeners.add(listener);
              return bind(connection, at + 1);
            });
  }

  List<Listener> listeners() {
    return listeners;
  }

  /** Waits for exchanges in flight; what was accepted before this was called is served. */
  Future<?> drain(Duration within) {
    Promise<Void> drained = Promise.promise();
    context.runOnContext(
        now ->
            Future.join(listeners.stream().map(listener -> listener.shutdown(within)).toList())
                .transform(ignored -> closePools())
                .onComplete(drained));
    return drained.future();
  }

  /** Pools belong to their loop; whoever completes the listeners' futures may be another. */
  private Future<Void> closePools() {
    Promise<Void> closed = Promise.promise();
    context.runOnContext(
        ignored -> {
          if (pools != null) {
            pools.close();
          }
          closed.complete();
        });
    return closed.future();
  }
}
