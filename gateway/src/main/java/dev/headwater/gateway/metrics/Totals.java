package dev.headwater.gateway.metrics;

import dev.headwater.gateway.metrics.LoopInterval.EndpointInterval;
import dev.headwater.gateway.metrics.LoopInterval.PairKey;
import dev.headwater.gateway.metrics.LoopInterval.RouteInterval;
import dev.headwater.gateway.metrics.MetricsView.DecisionCount;
import dev.headwater.gateway.metrics.MetricsView.EndpointView;
import dev.headwater.gateway.metrics.MetricsView.LabelledCount;
import dev.headwater.gateway.metrics.MetricsView.ListenerView;
import dev.headwater.gateway.metrics.MetricsView.TunnelView;
import dev.headwater.gateway.metrics.MetricsView.UpstreamView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Everything recorded since the start, over all loops. Intervals go in, views come out; label sets
 * have the same bounds as on a loop. Confined to the merging thread.
 */
final class Totals {
  private final long since;
  private final Map<String, RouteTotals> routes = new TreeMap<>();
  private final Map<String, Map<String, EndpointTotals>> endpoints = new TreeMap<>();
  private final Map<String, Window> upstreams = new TreeMap<>();
  private final Map<String, long[]> decisions = new TreeMap<>();
  private final Map<String, Map<String, Long>> retries = new TreeMap<>();
  private final Map<String, Map<String, Long>> failures = new TreeMap<>();
  private final Map<String, long[]> listeners = new TreeMap<>();
  private final Map<Phase, PowerBuckets> phases = new EnumMap<>(Phase.class);
  private final Map<String, Map<String, long[]>> tunnels = new TreeMap<>();
  private final Map<String, Map<String, Long>> tunnelEnds = new TreeMap<>();
  private int endpointCount;
  private long clientResets;
  private long malformedTraceContexts;
  private long forcesRefused;

  /** Totals that begin at {@code since} of the monotonic clock. */
  Totals(long since) {
    this.since = since;
  }

  /** Adds an interval and returns its latency intervals, cleared for use again. */
  ArrayDeque<LatencyInterval> merge(LoopInterval interval, MergeTime at) {
    ArrayDeque<LatencyInterval> cleared = new ArrayDeque<>();
    for (RouteInterval route : interval.routes) {
      routes
          .computeIfAbsent(bounded(routes, route.route, LoopMetrics.MAX_ROUTES), RouteTotals::new)
          .add(route, at);
      clear(route.cells, cleared);
    }
    for (EndpointInterval endpoint : interval.endpoints) {
      EndpointTotals totals = endpoint(endpoint);
      totals.add(endpoint, at, upstreams.computeIfAbsent(totals.upstream(), u -> new Window()));
      clear(endpoint.cells, cleared);
    }
    mergeCounters(interval);
    return cleared;
  }

  private static void clear(LatencyInterval[] cells, ArrayDeque<LatencyInterval> cleared) {
    for (LatencyInterval cell : cells) {
      if (cell != null) {
        cell.clear();
        cleared.add(cell);
      }
    }
  }

  private EndpointTotals endpoint(EndpointInterval interval) {
    Map<String, EndpointTotals> siblings = endpoints.get(interval.upstream);
    EndpointTotals known = siblings == null ? null : siblings.get(interval.endpoint);
    if (known != null) {
      return known;
    }
    boolean fits = endpointCount < LoopMetrics.MAX_ENDPOINTS;
    String upstream = fits ? interval.upstream : LoopMetrics.OTHER;
    String endpoint = fits ? interval.endpoint : LoopMetrics.OTHER;
    endpointCount += fits ? 1 : 0;
    return endpoints
        .computeIfAbsent(upstream, u -> new TreeMap<>())
        .computeIfAbsent(endpoint, e -> new EndpointTotals(upstream, e));
  }

  private void mergeCounters(LoopInterval interval) {
    interval.decisions.forEach(
        (rule, counts) ->
            addAll(
                decisions.computeIfAbsent(
                    bounded(decisions, rule, LoopMetrics.MAX_LABELS),
                    r -> new long[DecisionIndex.count()]),
                counts));
    interval.listeners.forEach(
        (name, counts) ->
            addAll(listeners.computeIfAbsent(name, n -> new long[ListenerIndex.COUNT]), counts));
    interval.retries.forEach(into(retries));
    interval.failures.forEach(into(failures));
    interval.tunnelEnds.forEach(into(tunnelEnds));
    interval.tunnels.forEach(
        (key, counts) ->
            addAll(
                tunnels
                    .computeIfAbsent(
                        bounded(tunnels, key.first(), LoopMetrics.MAX_ROUTES), r -> new TreeMap<>())
                    .computeIfAbsent(key.second(), p -> new long[TunnelIndex.COUNT]),
                counts));
    interval.phases.forEach(
        (phase, recorded) ->
            phases.computeIfAbsent(phase, p -> PowerBuckets.ofNanos()).add(recorded));
    clientResets += interval.clientResets;
    malformedTraceContexts += interval.malformedTraceContexts;
    forcesRefused += interval.forcesRefused;
  }

  private static BiConsumer<PairKey, long[]> into(Map<String, Map<String, Long>> totals) {
    return (key, count) -> {
      Map<String, Long> inner =
          totals.computeIfAbsent(
              bounded(totals, key.first(), LoopMetrics.MAX_LABELS), f -> new TreeMap<>());
      inner.merge(bounded(inner, key.second(), LoopMetrics.MAX_LABELS), count[0], Long::sum);
    };
  }

  private static String bounded(Map<String, ?> known, String label, int bound) {
    return known.size() < bound || known.containsKey(label) ? label : LoopMetrics.OTHER;
  }

  private static void addAll(long[] totals, long[] counts) {
    for (int i = 0; i < totals.length; i++) {
      totals[i] += counts[i];
    }
  }

  MetricsView view(long now) {
    Map<Phase, BucketView> phaseViews = new EnumMap<>(Phase.class);
    phases.forEach((phase, buckets) -> phaseViews.put(phase, buckets.view(1e9)));
    return new MetricsView(
        routes.values().stream().map(r -> r.view(now, since)).toList(),
        upstreamViews(now),
        endpointViews(now),
        decisionCounts(),
        labelled(retries),
        labelled(failures),
        phaseViews,
        listeners.entrySet().stream().map(e -> listener(e.getKey(), e.getValue())).toList(),
        tunnelViews(),
        labelled(tunnelEnds),
        clientResets,
        malformedTraceContexts,
        forcesRefused);
  }

  private List<UpstreamView> upstreamViews(long now) {
    List<UpstreamView> views = new ArrayList<>();
    endpoints.forEach(
        (upstream, siblings) -> {
          long inFlight = 0;
          long attempts = 0;
          for (EndpointTotals endpoint : siblings.values()) {
            inFlight += endpoint.inFlight();
            attempts += endpoint.attempts();
          }
          Window window = upstreams.computeIfAbsent(upstream, u -> new Window());
          views.add(new UpstreamView(upstream, inFlight, attempts, window.golden(now, since)));
        });
    return views;
  }

  private List<EndpointView> endpointViews(long now) {
    return endpoints.values().stream()
        .flatMap(siblings -> siblings.values().stream())
        .map(endpoint -> endpoint.view(now, since))
        .toList();
  }

  private List<DecisionCount> decisionCounts() {
    List<DecisionCount> counts = new ArrayList<>();
    decisions.forEach(
        (rule, cells) -> {
          for (int i = 0; i < cells.length; i++) {
            if (cells[i] > 0) {
              counts.add(
                  new DecisionCount(
                      rule, DecisionIndex.reason(i), DecisionIndex.sampled(i), cells[i]));
            }
          }
        });
    return counts;
  }

  private static List<LabelledCount> labelled(Map<String, Map<String, Long>> totals) {
    List<LabelledCount> counts = new ArrayList<>();
    totals.forEach(
        (first, inner) ->
            inner.forEach((second, n) -> counts.add(new LabelledCount(first, second, n))));
    return counts;
  }

  private List<TunnelView> tunnelViews() {
    List<TunnelView> views = new ArrayList<>();
    tunnels.forEach(
        (route, inner) ->
            inner.forEach(
                (protocol, counts) ->
                    views.add(
                        new TunnelView(
                            route,
                            protocol,
                            counts[TunnelIndex.OPENED],
                            counts[TunnelIndex.ENDED],
                            counts[TunnelIndex.BYTES_UP],
                            counts[TunnelIndex.BYTES_DOWN]))));
    return views;
  }

  private static ListenerView listener(String name, long[] counts) {
    return new ListenerView(
        name,
        counts[ListenerIndex.OPENED],
        counts[ListenerIndex.CLOSED],
        counts[ListenerIndex.REFUSED]);
  }
}
