package dev.headwater.gateway.forward;

import dev.headwater.gateway.fail.GatewayFailure;
import dev.headwater.gateway.pipeline.Failure;
import dev.headwater.gateway.pipeline.Loop;
import dev.headwater.gateway.wire.HeadBuffer;
import dev.headwater.gateway.wire.Ticks;
import dev.headwater.routes.Endpoint;
import dev.headwater.routes.PoolPolicy;
import io.netty.handler.ssl.SslContext;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One loop's connections to one endpoint: the most recently used is taken first, so that surplus
 * ones grow old and are closed. Finite, with a finite queue. Confined to its loop.
 */
final class EndpointPool {
  /** Whether connections serve several calls at once; the endpoint may choose. */
  private enum Sharing {
    NO,
    UNKNOWN,
    YES
  }

  private final Loop loop;
  private final Connector connector;
  private final Ticks ticks;
  private final HeadBuffer scratch;
  private final Endpoint endpoint;
  private final EndpointContexts.@Nullable Profile profile;
  private final @Nullable SslContext tls;
  private final PoolPolicy policy;
  private final AtomicInteger openEverywhere;
  private final int waitingHere;
  private final ArrayDeque<UpstreamConnection> free = new ArrayDeque<>();
  private final ArrayDeque<Call> waiting = new ArrayDeque<>();
  private Sharing sharing;
  private int open;
  private int connecting;

  EndpointPool(
      Loop loop,
      Connector connector,
      Ticks ticks,
      HeadBuffer scratch,
      OpenCounts.Key key,
      OpenCounts counts,
      @Nullable SslContext tls) {
    this.loop = loop;
    this.connector = connector;
    this.ticks = ticks;
    this.scratch = scratch;
    this.endpoint = key.endpoint();
    this.profile = key.profile();
    this.tls = tls;
    this.policy = key.policy();
    this.sharing =
        switch (endpoint.protocol()) {
          case HTTP -> Sharing.NO;
          case HTTPS -> offersHttp2(profile) ? Sharing.UNKNOWN : Sharing.NO;
          case H2, H2C -> Sharing.YES;
        };
    this.openEverywhere = counts.of(key);
    this.waitingHere = Math.max(1, (policy.waiting() + counts.loops() - 1) / counts.loops());
  }

  private static boolean offersHttp2(EndpointContexts.@Nullable Profile profile) {
    return profile == null || profile.offer() != EndpointContexts.Offer.HTTP_1;
  }

  /** The context of handshakes; null in clear, and where none could be made. */
  @Nullable SslContext tls() {
    return tls;
  }

  /** The name to ask for and to verify. */
  String serverName() {
    String name = profile == null ? null : profile.tls().serverName();
    return name == null ? endpoint.host() : name;
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

  Endpoint endpoint() {
    return endpoint;
  }

  /** Starts {@code call} on a connection, now or when one is free, or fails it. */
  void acquire(Call call) {
    boolean own = call.wantsNew() && sharing != Sharing.YES && mayOpen();
    UpstreamConnection found = own ? null : takeFree();
    if (found != null) {
      found.start(call, true);
    } else if (!own && mayJoin()) {
      await(call);
    } else if (mayOpen()) {
      open(call);
    } else if (mayWait()) {
      await(call);
    } else {
      call.fail(new GatewayFailure.Unavailable("pool_full"));
    }
  }

  /** A connection with room; taken out of the list when that is its last. */
  private @Nullable UpstreamConnection takeFree() {
    for (UpstreamConnection found = free.peekFirst(); found != null; found = free.peekFirst()) {
      int room = found.room();
      if (room > 1) {
        return found;
      }
      free.pollFirst();
      found.listed(false);
      if (room == 1) {
        return found;
      }
    }
    return null;
  }

  private boolean mayOpen() {
    return open == 0 || openEverywhere.getPlain() < policy.connections();
  }

  private boolean mayWait() {
    return waiting.size() < waitingHere && policy.waiting() > 0;
  }

  /** Whether connections that are being made will most likely have room for one call more. */
  private boolean mayJoin() {
    return connecting > 0
        && sharing != Sharing.NO
        && waiting.size() < connecting * (Http2Upstream.MAX_STREAMS - 1)
        && mayWait();
  }

  private void await(Call call) {
    waiting.add(call);
    call.waits(this);
  }

  private void open(Call call) {
    open++;
    connecting++;
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
          public void reached() {
            call.reached();
          }

          @Override
          public void connected(UpstreamConnection ready) {
            connecting--;
            EndpointPool.this.connected(call, ready);
          }

          @Override
          public void failed(Failure why) {
            connecting--;
            notConnected(call, why);
          }
        });
  }

  private void connected(Call call, UpstreamConnection ready) {
    sharing = ready.shared() ? Sharing.YES : Sharing.NO;
    if (ready.room() == 0) {
      ready.left();
      call.fail(new GatewayFailure.NotConnected("connect_failed"));
      return;
    }
    if (!call.cancelled()) {
      ready.start(call, false);
    }
    if (ready.room() > 0) {
      free(ready);
    }
    openForWaiting(); // Those that hoped to share it, and cannot.
  }

  /** Whoever counted on the connection shares its fate, unless another one is left to wait for. */
  private void notConnected(Call call, Failure why) {
    Call[] hopeful = {};
    if (sharing != Sharing.NO && open == 1) {
      hopeful = waiting.toArray(hopeful);
      waiting.clear();
    }
    closed();
    call.fail(why);
    for (Call each : hopeful) {
      each.fail(why);
    }
  }

  /** A call that waits is not wanted any more. */
  void leave(Call call) {
    waiting.remove(call);
  }

  /** A connection has room again: whoever waits takes it. */
  void free(UpstreamConnection connection) {
    do {
      Call next = nextWaiting();
      if (next == null) {
        connection.rest();
        if (!connection.listed()) {
          connection.listed(true);
          free.addFirst(connection);
        }
        return;
      }
      connection.start(next, true);
    } while (connection.room() > 0);
  }

  private @Nullable Call nextWaiting() {
    Call next = waiting.pollFirst();
    while (next != null && next.cancelled()) {
      next = waiting.pollFirst();
    }
    return next;
  }

  /** A connection is gone, or takes no more calls. */
  void forget(UpstreamConnection connection) {
    if (connection.listed()) {
      connection.listed(false);
      free.remove(connection);
    }
  }

  /** A connection was closed, or never made: there is room for one that waits. */
  void closed() {
    open--;
    openEverywhere.decrementAndGet();
    openForWaiting();
  }

  private void openForWaiting() {
    while (!waiting.isEmpty() && mayOpen() && !enoughUnderWay()) {
      Call next = nextWaiting();
      if (next != null) {
        open(next);
      }
    }
  }

  private boolean enoughUnderWay() {
    return sharing != Sharing.NO && waiting.size() <= connecting * (Http2Upstream.MAX_STREAMS - 1);
  }

  /** Whether nothing is open, connecting or waited for. */
  boolean empty() {
    return open == 0 && waiting.isEmpty();
  }

  /** Closes what is idle; streams under way end with their connection. */
  void closeIdle() {
    for (UpstreamConnection connection : free.toArray(new UpstreamConnection[0])) {
      connection.close();
    }
  }

  /** Connections waiting for work. */
  int idleCount() {
    return free.size();
  }
}
