package dev.headwater.gateway.metrics;

import dev.headwater.gateway.metrics.LoopInterval.EndpointInterval;
import dev.headwater.gateway.metrics.LoopInterval.PairKey;
import dev.headwater.gateway.metrics.LoopInterval.RouteInterval;
import dev.headwater.sampling.Decision;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything one event loop counts.
 *
 * <p>Confined to its loop: every method is called there and nowhere else, so that recording is a
 * plain field write. {@link Metrics} visits the loop with a task, takes the interval recorded since
 * its last visit and leaves an empty one; merging happens elsewhere. A recorder without traffic
 * holds no buckets, so idle routes and endpoints cost a map entry.
 *
 * <p>Label values are bounded: beyond {@value #MAX_ROUTES} routes or {@value #MAX_ENDPOINTS}
 * endpoints a loop records under {@value #OTHER}.
 */
public final class LoopMetrics {
  /** The label value of what no longer fits. */
  public static final String OTHER = "_OTHER";

  /** Route name of requests that matched none. */
  public static final String NO_ROUTE = "-";

  static final int MAX_ROUTES = 20_000;
  static final int MAX_ENDPOINTS = 20_000;
  static final int MAX_LABELS = 1_000;

  private final Map<String, RouteRecorder> routes = new HashMap<>();
  private final Map<PairKey, EndpointRecorder> endpoints = new HashMap<>();
  private final List<RouteRecorder> dirtyRoutes = new ArrayList<>();
  private final List<EndpointRecorder> dirtyEndpoints = new ArrayList<>();
  private ArrayDeque<LatencyInterval> spares = new ArrayDeque<>();
  private LoopInterval interval = new LoopInterval();

  LoopMetrics() {}

  /** The recorder of a route; {@value #NO_ROUTE} for requests that matched none. */
  public RouteRecorder route(String route) {
    RouteRecorder known = routes.get(route);
    if (known != null) {
      return known;
    }
    String label = routes.size() < MAX_ROUTES ? route : OTHER;
    return routes.computeIfAbsent(label, r -> new RouteRecorder(this, r));
  }

  /** The recorder of one address of an upstream. */
  public EndpointRecorder endpoint(String upstream, String endpoint) {
    PairKey key = new PairKey(upstream, endpoint);
    EndpointRecorder known = endpoints.get(key);
    if (known != null) {
      return known;
    }
    PairKey label = endpoints.size() < MAX_ENDPOINTS ? key : new PairKey(OTHER, OTHER);
    return endpoints.computeIfAbsent(label, k -> new EndpointRecorder(this, k.first(), k.second()));
  }

  /** A sampling decision was made or taken over. */
  public void decision(Decision decision) {
    long[] counts = interval.decisions.get(decision.rule());
    if (counts == null) {
      String rule = interval.decisions.size() < MAX_LABELS ? decision.rule() : OTHER;
      counts = interval.decisions.computeIfAbsent(rule, r -> new long[DecisionIndex.count()]);
    }
    counts[DecisionIndex.of(decision)]++;
  }

  /** A further attempt was made, and why; reasons come from a bounded set. */
  public void retry(String upstream, String reason) {
    count(interval.retries, upstream, reason);
  }

  /** A request failed here; phase and reason come from bounded sets. */
  public void failure(String phase, String reason) {
    count(interval.failures, phase, reason);
  }

  /** Time spent in one phase of an exchange, in nanoseconds. */
  public void phase(Phase phase, long nanos) {
    PowerBuckets buckets = interval.phases.get(phase);
    if (buckets == null) {
      buckets = PowerBuckets.ofNanos();
      interval.phases.put(phase, buckets);
    }
    buckets.record(nanos);
  }

  /** A client reset its connection or stream. */
  public void clientReset() {
    interval.clientResets++;
  }

  /** A listener accepted a connection. */
  public void connectionOpened(String listener) {
    listener(listener)[ListenerIndex.OPENED]++;
  }

  /** A connection that was counted as opened is closed. */
  public void connectionClosed(String listener) {
    listener(listener)[ListenerIndex.CLOSED]++;
  }

  /** A listener closed a connection at once, because its limit was reached. */
  public void connectionRefused(String listener) {
    listener(listener)[ListenerIndex.REFUSED]++;
  }

  /**
   * A request became a tunnel.
   *
   * @param protocol one of a few names
   */
  public void tunnelOpened(String route, String protocol) {
    tunnels(route, protocol)[TunnelIndex.OPENED]++;
  }

  /** A tunnel passed bytes on since it was last asked. */
  public void tunnelBytes(String route, String protocol, long up, long down) {
    long[] counts = tunnels(route, protocol);
    counts[TunnelIndex.BYTES_UP] += up;
    counts[TunnelIndex.BYTES_DOWN] += down;
  }

  /** A tunnel is over; who ended it, and how, come from bounded sets. */
  public void tunnelEnded(String route, String protocol, String by, String reason) {
    tunnels(route, protocol)[TunnelIndex.ENDED]++;
    count(interval.tunnelEnds, by, reason);
  }

  private long[] tunnels(String route, String protocol) {
    PairKey key = new PairKey(route, protocol);
    long[] counts = interval.tunnels.get(key);
    if (counts == null) {
      PairKey label = interval.tunnels.size() < MAX_ROUTES ? key : new PairKey(OTHER, OTHER);
      counts = interval.tunnels.computeIfAbsent(label, k -> new long[TunnelIndex.COUNT]);
    }
    return counts;
  }

  /** A request carried trace headers that could not be read. */
  public void malformedTraceContext() {
    interval.malformedTraceContexts++;
  }

  /** Somebody asked for a forced trace, and was not granted one. */
  public void forceRefused() {
    interval.forcesRefused++;
  }

  LatencyInterval takeLatency() {
    LatencyInterval spare = spares.poll();
    return spare != null ? spare : new LatencyInterval();
  }

  void dirty(RouteRecorder recorder, RouteInterval recorded) {
    dirtyRoutes.add(recorder);
    interval.routes.add(recorded);
  }

  void dirty(EndpointRecorder recorder, EndpointInterval recorded) {
    dirtyEndpoints.add(recorder);
    interval.endpoints.add(recorded);
  }

  /**
   * Gives away what was recorded since the last call. On the loop.
   *
   * @param cleared latency intervals that were merged and cleared, for use here again
   */
  LoopInterval handOver(ArrayDeque<LatencyInterval> cleared) {
    dirtyRoutes.forEach(RouteRecorder::handedOver);
    dirtyRoutes.clear();
    dirtyEndpoints.forEach(EndpointRecorder::handedOver);
    dirtyEndpoints.clear();
    spares = cleared;
    LoopInterval recorded = interval;
    interval = new LoopInterval();
    return recorded;
  }

  private long[] listener(String name) {
    return interval.listeners.computeIfAbsent(name, n -> new long[ListenerIndex.COUNT]);
  }

  private static void count(Map<PairKey, long[]> counters, String first, String second) {
    PairKey key = new PairKey(first, second);
    long[] cell = counters.get(key);
    if (cell == null) {
      PairKey label = counters.size() < MAX_LABELS ? key : new PairKey(OTHER, OTHER);
      cell = counters.computeIfAbsent(label, k -> new long[1]);
    }
    cell[0]++;
  }
}
