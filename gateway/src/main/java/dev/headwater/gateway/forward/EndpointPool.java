package dev.headwater.gateway.forward;

import dev.headwater.gateway.fail.GatewayFailure;
import dev.headwater.gateway.pipeline.Failure;
import dev.headwater.gateway.pipeline.Loop;
import dev.headwater.gateway.wire.HeadBuffer;
import dev.headwater.gateway.wire.Ticks;
import dev.headwater.routes.Endpoint;
import dev.headwater.routes.PoolPolicy;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One loop's connections to one endpoint: the most recently used is taken first, so that surplus
 * ones grow old and are closed. Finite, with a finite queue. Confined to its loop.
 */
final class EndpointPool {
  private final Loop loop;
  private final Connector connector;
  private final Ticks ticks;
  private final HeadBuffer scratch;
  private final Endpoint endpoint;
  private final PoolPolicy policy;
  private final AtomicInteger openEverywhere;
  private final int waitingHere;
  private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();
  private final ArrayDeque<Call> waiting = new ArrayDeque<>();
  private int open;

  EndpointPool(
      Loop loop,
      Connector connector,
      Ticks ticks,
      HeadBuffer scratch,
      OpenCounts.Key key,
      OpenCounts counts) {
    this.loop = loop;
    this.connector = connector;
    this.ticks = ticks;
    this.scratch = scratch;
    this.endpoint = key.endpoint();
    this.policy = key.policy();
    this.openEverywhere = counts.of(key);
    this.waitingHere = Math.max(1, (policy.waiting() + counts.loops() - 1) / counts.loops());
  }

  Loop loop() {
    return loop;
  }

  Ticks ticks() {
    return ticks;
  }

  HeadBuffer scratch() {
    return scratch;
  }

  long idleNanos() {
    return policy.idle().toNanos();
  }

  /** Starts {@code call} on a connection, now or when one is free, or fails it. */
  void acquire(Call call) {
    UpstreamConnection pooled = call.wantsNew() && mayOpen() ? null : takeIdle();
    if (pooled != null) {
      pooled.start(call, true);
    } else if (mayOpen()) {
      open(call);
    } else if (waiting.size() < waitingHere && policy.waiting() > 0) {
      waiting.add(call);
      call.waits(this);
    } else {
      call.fail(new GatewayFailure.Unavailable("pool_full"));
    }
  }

  private @Nullable UpstreamConnection takeIdle() {
    for (UpstreamConnection found = idle.pollFirst(); found != null; found = idle.pollFirst()) {
      if (found.room() > 0) {
        return found;
      }
    }
    return null;
  }

  private boolean mayOpen() {
    return open == 0 || openEverywhere.getPlain() < policy.connections();
  }

  private void open(Call call) {
    open++;
    openEverywhere.incrementAndGet();
    call.connecting();
    connector.connect(
        endpoint,
        policy.connectTimeout(),
        this,
        new Connector.Outcome() {
          @Override
          public void resolved() {
            call.resolved();
          }

          @Override
          public void connected(UpstreamConnection ready) {
            if (ready.room() == 0) {
              ready.left();
              call.fail(new GatewayFailure.NotConnected("connect_failed"));
            } else if (call.cancelled()) {
              free(ready);
            } else {
              ready.start(call, false);
            }
          }

          @Override
          public void failed(Failure why) {
            closed();
            call.fail(why);
          }
        });
  }

  /** A call that waits is not wanted any more. */
  void leave(Call call) {
    waiting.remove(call);
  }

  /** A connection is free again: whoever waits takes it. */
  void free(UpstreamConnection connection) {
    for (Call next = waiting.pollFirst(); next != null; next = waiting.pollFirst()) {
      if (!next.cancelled()) {
        connection.start(next, true);
        return;
      }
    }
    connection.rest();
    idle.addFirst(connection);
  }

  /** An idle connection is gone. */
  void forget(UpstreamConnection connection) {
    idle.remove(connection);
  }

  /** A connection was closed, or never made: there is room for one that waits. */
  void closed() {
    open--;
    openEverywhere.decrementAndGet();
    for (Call next = waiting.peekFirst(); next != null; next = waiting.peekFirst()) {
      if (next.cancelled()) {
        waiting.pollFirst();
      } else {
        if (mayOpen()) {
          waiting.pollFirst();
          open(next);
        }
        return;
      }
    }
  }

  /** Whether nothing is open, connecting or waited for. */
  boolean empty() {
    return open == 0 && waiting.isEmpty();
  }

  /** Closes what is idle. */
  void closeIdle() {
    for (UpstreamConnection connection : idle.toArray(new UpstreamConnection[0])) {
      connection.close();
    }
  }

  /** Connections waiting for work. */
  int idleCount() {
    return idle.size();
  }
}
